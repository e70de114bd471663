import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;

/** Prints level and verdict of each signature: CA file, then the documents. Asks nobody over the network. */
public class ValidatePdf {
  public static void main(String[] files) {
    var trusted = new CommonTrustedCertificateSource();
    trusted.addCertificate(DSSUtils.loadCertificate(new File(files[0])));
    for (int index = 1; index < files.length; index++) {
      var verifier = new CommonCertificateVerifier();
      verifier.setTrustedCertSources(trusted);
      var validator = SignedDocumentValidator.fromDocument(new FileDocument(files[index]));
      validator.setCertificateVerifier(verifier);
      var report = validator.validateDocument().getSimpleReport();
      for (String id : report.getSignatureIdList())
        System.out.println(report.getSignatureFormat(id) + " " + report.getIndication(id));
    }
  }
}
