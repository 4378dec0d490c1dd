package sfu.load.report;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads what was written as XML, which it only is if every element is closed and everything is escaped. */
public final class Xml {
  private Xml() {}

  /** Fails if the text isn't well-formed. */
  public static Document parse(String text) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(text)));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError("not well-formed: " + e.getMessage(), e);
    }
  }

  /** All elements of that name. */
  public static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  /** All elements of that name and one class of these. */
  public static List<Element> elements(Document document, String name, String cssClass) {
    return elements(document, name).stream()
        .filter(element -> List.of(element.getAttribute("class").split(" ")).contains(cssClass))
        .toList();
  }

  /** The texts of all elements of that name and class. */
  public static List<String> texts(Document document, String name, String cssClass) {
    return elements(document, name, cssClass).stream().map(Element::getTextContent).toList();
  }
}
