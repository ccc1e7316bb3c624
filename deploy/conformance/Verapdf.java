import java.io.FileInputStream;
import java.util.List;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Asks veraPDF's rules about files: `java Verapdf.java FILE…` writes FILE, standard, "ok" or the rules broken, by tabs. */
class Verapdf {
    private static final Map<String, PDFAFlavour> STANDARDS = Map.of("PDF/A-3a", PDFAFlavour.PDFA_3_A, "PDF/UA-1", PDFAFlavour.PDFUA_1);

    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (var standard : STANDARDS.entrySet()) {
                System.out.println(file + "\t" + standard.getKey() + "\t" + verdict(file, standard.getValue()));
            }
        }
    }

    private static String verdict(String file, PDFAFlavour flavour) throws Exception {
        try (var stream = new FileInputStream(file);
                var parser = Foundries.defaultInstance().createParser(stream, flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            var result = validator.validate(parser);
            List<TestAssertion> broken = result.getTestAssertions();
            return result.isCompliant() && result.getTotalAssertions() > 0 ? "ok" : broken.stream()
                    .filter(each -> each.getStatus() == TestAssertion.Status.FAILED)
                    .map(each -> each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + " " + each.getMessage())
                    .distinct().limit(5).toList().toString();
        }
    }
}
