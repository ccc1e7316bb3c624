"""The words of the house: one for each thing, in three languages, and those that we do not use, with what to write instead."""

from __future__ import annotations

TERMS = {
    "cooperative": {"ar": "تعاوني", "fr": "coopérative", "en": "cooperative"},
    "member": {"ar": "عضو|أعضاء|الأعضاء", "fr": "membre", "en": "member"},
    "adviser": {"ar": "مستشار", "fr": "conseiller|conseillère", "en": "adviser"},
    "general assembly": {"ar": "جمع عام|الجمع العام|جمعكم العام", "fr": "assemblée générale", "en": "general assembly"},
    "ordinary assembly": {
        "ar": "جمع عام عادي|الجمع العام العادي",
        "fr": "assemblée ordinaire|générale ordinaire",
        "en": "ordinary",
    },
    "board": {"ar": "مجلس الإدارة|المجلس", "fr": "conseil d'administration|le conseil", "en": "board"},
    "board member": {
        "ar": "متصرف|عضو مجلس الإدارة|عضو المجلس|أعضاء المجلس",
        "fr": "administrateur|administratrice",
        "en": "director|board member",
    },
    "manager": {"ar": "مسير|مسيّر", "fr": "gérant", "en": "manager"},
    "management committee": {"ar": "لجنة التسيير", "fr": "comité de gestion", "en": "management committee"},
    "supervision": {"ar": "لجنة الرقابة|لجنة للرقابة|مجلس الرقابة", "fr": "surveillance", "en": "supervisory"},
    "chair": {"ar": "رئيس", "fr": "président", "en": "chair|president"},
    "treasurer": {"ar": "أمين المال|أمينة المال", "fr": "trésorier|trésorière", "en": "treasurer"},
    "secretary": {"ar": "كاتب", "fr": "secrétaire", "en": "secretary"},
    "auditor": {"ar": "مدقق|مراقب الحسابات", "fr": "commissaire aux comptes", "en": "auditor"},
    "statutes": {"ar": "نظام أساسي|النظام الأساسي|نظامكم الأساسي", "fr": "statuts", "en": "statutes"},
    "internal rules": {"ar": "نظام داخلي|النظام الداخلي|نظامكم الداخلي", "fr": "règlement intérieur", "en": "internal rule"},
    "register of cooperatives": {"ar": "سجل التعاونيات|مصلحة السجل|السجل", "fr": "registre", "en": "register|registrar"},
    "registration": {"ar": "تسجيل|التسجيل", "fr": "immatricul", "en": "registration|registered"},
    "member register": {"ar": "سجل الأعضاء", "fr": "registre des membres", "en": "member register|register of members"},
    "notice": {"ar": "دعوة|الدعوة", "fr": "convocation|convoquer", "en": "notice"},
    "agenda": {"ar": "جدول الأعمال|جدول أعمال", "fr": "ordre du jour", "en": "agenda"},
    "quorum": {"ar": "نصاب|النصاب", "fr": "quorum", "en": "quorum"},
    "vote": {"ar": "صوت|تصويت|التصويت|أصوات", "fr": "vote|voix", "en": "vote"},
    "proxy": {"ar": "وكالة|الوكالة|وكالات", "fr": "procuration", "en": "prox"},
    "attendance sheet": {"ar": "ورقة الحضور", "fr": "feuille de présence", "en": "attendance sheet"},
    "minutes": {"ar": "محضر|محاضر", "fr": "procès-verbal|procès-verbaux", "en": "minutes"},
    "resolution": {"ar": "قرار", "fr": "résolution", "en": "resolution"},
    "conflict of interest": {
        "ar": "تضارب المصالح|تضارب مصالح",
        "fr": "conflit d'intérêts|conflits d'intérêts",
        "en": "conflict of interest|conflicts of interest",
    },
    "governance": {"ar": "حكامة", "fr": "gouvernance", "en": "governance"},
    "transparency": {"ar": "شفافية", "fr": "transparence", "en": "transparen"},
    "share": {"ar": "حصة|حصص", "fr": "part sociale|parts sociales|parts", "en": "share"},
    "share capital": {"ar": "رأس المال|رأسمال", "fr": "capital", "en": "capital"},
    "legal reserve": {"ar": "احتياطي", "fr": "réserve", "en": "reserve"},
    "net surplus": {"ar": "فائض", "fr": "excédent", "en": "surplus"},
    "patronage refund": {"ar": "عائد", "fr": "ristourne", "en": "refund"},
    "union, federation": {"ar": "اتحاد|جامعة", "fr": "union|fédération", "en": "union|federation"},
    "cash book": {"ar": "دفتر الصندوق", "fr": "livre de caisse|cahier de caisse", "en": "cash book"},
    "voucher": {
        "ar": "وثيقة إثبات|وثائق إثبات|وصل|فاتورة",
        "fr": "pièce justificative|pièces justificatives|reçu|facture",
        "en": "voucher|receipt|invoice",
    },
}
"""What to look for; `a|b` are two writings of one term. Endings may follow."""

AVOID = {
    "en": {
        r"\bco-op(?:erative)?s?\b": "write cooperative",
        r"\bpatronage dividends?\b|\bdividends? to members\b": "write patronage refund",
        r"\bAGM\b": "write yearly (ordinary) assembly",
        r"\bannual general meeting": "write yearly (ordinary) assembly",
        r"\bshareholders?\b(?! of a company)": "members of a cooperative hold shares; a shareholder is of a company",
        r"\bbeneficiar(?:y|ies)\b": "write member",
        r"\bchairm[ae]n\b|\bchairwom[ae]n\b": "write chair",
        r"\bstakeholders?\b|\bempower\w*\b|\bleverage\b": "say it in plain words",
        r"\badvisors?\b": "write adviser",
        r"!": "no exclamation marks",
    },
    "fr": {
        r"\bdividendes?\b(?! des? (?:soci|action))": "écrire ristourne ; un dividende rémunère l’argent",
        r"\bA\.?G\.?O?\.?\b": "écrire assemblée générale",
        r"\bmeeting\b|\bbusiness\b|\bmanager\b|\bfeedback\b": "écrire en français",
        r"\bbénéficiaires?\b": "écrire membre",
        r"\bbonus\b": "écrire ristourne ; bonus est le mot du Malawi",
        r"[\w]'[\w]": "apostrophe typographique ’",
        r"(?<![\u202f\u00a0\s\d])[;!?]|(?<=\w)[ ][;:!?»]": "espace fine insécable (U+202F) devant ; : ! ? »",
        r"!": "pas de point d’exclamation",
    },
    "ar": {
        r"مدرِّ?ب\b": "اكتبوا: مكوِّن",
        r"[0-9],[0-9]{3}": "الآلاف بنقطة: 60.000",
        r"[٠-٩]": "الأرقام 0-9",
        r"%\s?[0-9]|[0-9]\s%": "اكتبوا 30%",
        r"(?<![A-Za-z<>/=\"0-9])[,;?](?![A-Za-z0-9])": "علامات الترقيم العربية ، ؛ ؟",
        r"يوليو\b|أغسطس|سبتمبر|أكتوبر\s?\(|نوفمبر|ديسمبر|\bمايو\b": "أسماء الشهور المغاربية: يوليوز، غشت، شتنبر، نونبر، دجنبر، ماي",
        r"!": "بلا علامة تعجب",
    },
}
"""Patterns that we do not use, and what to do instead."""

FIRST = {
    "ar": {"حوكمة": "حكامة", "الجمعية العمومية|جمعية عمومية": "جمع عام|الجمع العام", "مساهم(?:ون|ين)": "عضو|أعضاء|الأعضاء|شركة"},
    "en": {r"by-laws?": r"statutes|malawi"},
}
"""Variants that may stand after our own word, for readers elsewhere; both as folded words."""
