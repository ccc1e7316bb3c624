"""The numbers that the course plan prints for each worksheet, what may be drawn, and the law that is applied."""

from __future__ import annotations

from decimal import Decimal

MONTHS = "jul aug sep oct nov dec"

# The worked numbers: for each worksheet and column, row and value as printed; what is printed with decimals is rounded to them.
# What a by-product brings in is taken off: −450 stands in its row as 450.
WORKED: dict[str, dict[str, str]] = {
    "costing-argan": {
        "quantity": "kernels 250 work 12 bottles 400 labels 400 cake 150",
        "price": "kernels 80 work 100 bottles 6.50 labels 1.50 cake 3",
        "amount": "kernels 20000 energy 900 work 1200 tests 600 bottles 2600 labels 600 transport 700 variable 26600 cake 450 "
        "fixed_share 3000 full 29150 litre_cost 291.50 bottle_cost 72.875 kernels_share 68.6",
    },
    "costing-argan-hand": {
        "press": "per_litre 2.5 kernels 20000 full 29150 litre_cost 291.50 bottle_cost 72.88 price_margin 388.67 price_bottle 97.17 "
        "price_markup 364.375 gap 24.29",
        "hand": "per_litre 3 full 33150 litre_cost 331.50 bottle_cost 82.875",
    },
    "costing-couscous": {
        "quantity": "sellable 96 flour 105 work 40 bags 96",
        "price": "flour 6 work 12 bags 3",
        "amount": "flour 630 work 480 gas 90 bags 288 transport 60 variable 1548 variable_kilo 16.125 fixed_share 240 full 1788 "
        "kilo_cost 18.625",
    },
    "costing-shea": {
        "quantity": "kernels 85 water 300 wood 50 milling 85 work 30 jars 29",
        "price": "kernels 250 water 2 wood 60 milling 25 work 300 jars 150",
        "amount": "kernels 21250 water 600 wood 3000 milling 2125 work 9000 jars 4350 transport 1500 fixed_share 2000 full 43825 "
        "kilo_cost 1511.21 yield_share 34.1 asked 1889 sold_at 1890 saved 1200 stove_full 42625 stove_kilo 1470",
    },
    "costing-groundnut-paste": {
        "quantity": "jar_count 92 nuts 50 work 20 jars 92 labels 92",
        "price": "nuts 60 work 25 jars 12 labels 3",
        "amount": "nuts 3000 fuel 250 milling 300 work 500 jars 1104 labels 276 transport 200 fixed_share 370 full 6000 "
        "jar_cost 65.22 kilo_cost 130.43",
    },
    "costing-groundnut-oil": {
        "quantity": "nuts 100 bottles 35 cake 60",
        "price": "bottles 900 cake 400",
        "amount": "nuts 150000 cleaning 8000 energy 10000 work 12000 bottles 31500 transport 6000 fixed_share 12500 cake 24000 "
        "full 206000 litre_cost 5885.71",
    },
    "costing-vanilla": {
        "quantity": "green 600 curing 240",
        "price": "green 75000 curing 10000",
        "amount": "green 45000000 curing 2400000 wood 900000 storage 700000 packing 500000 transport 1000000 credit 4500000 "
        "fixed_share 1000000 full 56000000 kilo_cost 560000 at_low 466667 at_high 606667",
    },
    "costing-unit/argan": {
        "amount": "variable 26600 taken_off 450 fixed_share 3000 full 29150 unit_cost 291.50 price_margin 388.67 "
        "price_markup 364.375 gap 24.29"
    },
    "costing-unit/couscous": {"amount": "variable 1548 fixed_share 240 full 1788 unit_cost 18.625"},
    "costing-unit/shea": {"amount": "fixed_share 2000 full 43825 unit_cost 1511.21 price_margin 1889"},
    "costing-unit/groundnut_paste": {"amount": "fixed_share 370 full 6000 unit_cost 65.22"},
    "costing-unit/groundnut_oil": {"amount": "taken_off 24000 fixed_share 12500 full 206000 unit_cost 5885.71"},
    "costing-unit/vanilla": {"amount": "fixed_share 1000000 full 56000000 unit_cost 560000"},
    "break-even-couscous": {
        "amount": "contribution 9.875 quantity 608 turnover 15797.47 sales_there 15808 one_less -5.875 just_there 4.00 for_target 1013 "
        "surplus 1900 safety 24 cut_contribution 7.275 cut_quantity 825 more_kilos 36",
    },
    "working-capital": {
        "money": "stocks 42000 customers 27000 suppliers 15000 need 54000 spending 540 by_days 54000",
        "days": "stocks 60 customers 60 suppliers 20 need 100",
    },
    "income-statement": {
        "amount": "sales 216000 variable 131000 margin 85000 fixed 61000 operating 24000 interest 2000 net 22000",
        "share": "margin 39.4 net 10.2",
    },
    "channels": {
        "fair": "price 35 variable 18 stand 1500 transport 900 lodging 1200 leaflets 300 selling 13 contribution 4.00 fair_total 1200 "
        "even 230",
        "online": "price 45 variable 18 commission 12 delivery 6 box 2 contribution 13.60",
        "supermarket": "price 28 variable 18 commission 5 selling 1.40 contribution 8.60",
        "wholesaler": "price 24 variable 18 selling 0 contribution 6.00",
    },
    "quorum-morocco": {
        "number": "ordinary_first 23 ordinary_second 12 extra_first 34 extra_second 23 extra_votes 23 third 2 counted 24",
    },
    "quorum-ohada": {"number": "scoops_first 13 ordinary_first 30 ordinary_second 15 extra_first 40 extra_second 30"},
    "notice-date": {"june": "latest 14"},
    "surplus-morocco": {
        "older": "surplus 60000 capital 50000 reserve 46500 tenth 6000 to_reserve 3500 remaining 56500",
        "younger": "surplus 60000 capital 50000 reserve 20000 tenth 6000 to_reserve 6000 remaining 54000 fund 10800 refund 43200 "
        "member 3672.00",
    },
    "surplus-ohada": {
        "amount": "surplus 1000000 capital 2000000 general_so_far 500000 training_so_far 100000 to_general 200000 to_training 200000 "
        "optional_most 200000 optional 80000 interest 70000 refund 450000 awa 16000 all_parts 1000000",
    },
    "surplus-malawi": {"amount": "surplus 2400000 reserve 600000 education 24000"},
}
# The cash-flow plan line by line, July to December, then the total where one is printed.
CASH_PLAN = {
    "opening": "12000 -4000 -25500 -26800 -9300 8200",
    "cash_sales": "8000 6000 10000 14000 18000 22000 78000",
    "customers": "0 0 9000 12000 15000 20000 56000",
    "grant": "0 0 0 10000 0 0 10000",
    "receipts": "8000 6000 19000 36000 33000 42000 144000",
    "kernels": "15000 18000 8000 2000 0 0 43000",
    "work": "4000 5000 6000 6000 6000 6000 33000",
    "packaging": "1500 1000 2500 3000 3500 3000 14500",
    "fixed": "3000 3000 3000 3000 3000 3000 18000",
    "transport": "500 500 800 2500 1000 1500 6800",
    "loan": "0 0 0 2000 2000 2000 6000",
    "payments": "24000 27500 20300 18500 15500 15500 121300",
    "net": "-16000 -21500 -1300 17500 17500 26500 22700",
    "closing": "-4000 -25500 -26800 -9300 8200 34700",
}
CASH_TOTALS = {"gap": 26800, "gap_month": 3, "asked": 29800, "rounded_ask": 30000}
CASH_REPAIR = {
    "receipts": "8000 6000 19000 36000 33000 42000 144000",
    "bills": "15000 18000 8000 2000 0 0 43000",
    "old_closing": "-4000 -25500 -26800 -9300 8200 34700",
    "closing": "2000 -12300 -19600 -9300 8200 34700",
}
# Cells to fill in whose number is not printed in the course plan but follows from those that are.
FOLLOWING = {
    "costing-argan-hand": "kernels.hand 24000 price_margin.hand 442 price_bottle.hand 110.5 price_markup.hand 414.375 gap.hand 27.625",
    "costing-groundnut-oil": "variable.amount 217500",
    "costing-unit": "price_margin.amount 24.83 price_markup.amount 23.28 gap.amount 1.55",
    "cash-repair": "paid.jul 9000 paid.aug 10800 paid.sep 14000 paid.oct 9200 paid.nov 0 paid.dec 0",
    "channels": "selling.online 13.40",
    "quorum-morocco": "reached.number 1",
    "notice-date": "first_counted.june 15 latest_again.june 19",
    "surplus-morocco": "missing.older 3500 missing.younger 30000",
}
# What is drawn, and among what.
BY_TENTHS, BY_FIVE_PERCENT = "0.9 1 1.1", "0.15 0.2 0.25 0.3"
STEPS: dict[str, dict[str, str | range]] = {
    "costing-argan": {
        "kernels_per_litre": "2.2 2.4 2.5 2.8 3",
        "kernel_price": range(60, 111, 5),
        "bottle_price": "5.5 6 6.5 7 7.5 8 8.5",
        "batches": "2 3 4",
    },
    "costing-argan-hand": {"kernels_per_litre": "2.2 2.4 2.5 2.8", "kernel_price": range(60, 111, 5), "rate": BY_FIVE_PERCENT},
    "costing-unit": {"rate": BY_FIVE_PERCENT},
    "break-even-couscous": {
        "fixed": range(4000, 9001, 500),
        "price": range(22, 33),
        "variable": " ".join(str(Decimal(eighth) / 8) for eighth in range(14 * 8, 18 * 8 + 1)),
    },
    "cash-plan": {
        "opening_balance": range(6000, 20001, 1000),
        "cash_scale": BY_TENTHS,
        "credit_scale": BY_TENTHS,
        "delay": "30 60 90",
        "grant_month": "3 4 5",
    },
    "cash-repair": {"opening_balance": range(6000, 20001, 1000)},
    "quorum-morocco": {
        "members": range(40, 51),
        "votes": range(32, 43),
        "small": range(8, 21),
        "present": range(15, 25),
        "proxies": range(2, 7),
    },
    "quorum-ohada": {"scoops": range(16, 41), "board": range(40, 91)},
    "notice-date": {"meeting": range(20, 31)},
}
# The law that a worksheet applies, and its articles.
LAWS = {
    "quorum-morocco": ("112.12", "39", "43"),
    "quorum-ohada": ("OHADA", "244", "364", "367"),
    "notice-date": ("112.12", "40"),
    "surplus-morocco": ("112.12", "69"),
    "surplus-ohada": ("OHADA", "112", "114", "115", "116", "209"),
    "surplus-malawi": ("47:02", "46", "47", "49"),
}
FICTIONAL = {"ar": "مثال متخيَّل", "fr": "Exemple fictif", "en": "Fictional example"}
NAMES = [
    *dict.fromkeys(name.partition("/")[0] for name in list(WORKED)[: list(WORKED).index("working-capital")]),
    "cash-plan",
    "cash-repair",
    *list(WORKED)[list(WORKED).index("working-capital") :],
]
