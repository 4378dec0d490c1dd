package sfu.load.report.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void textAndAttributesStayText() {
    Markup markup = new Markup().element("p", "<script>'&'</script>", "title", "\"><img onerror='x'>");

    assertThat(markup)
        .hasToString(
            "<p title=\"&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;\">&lt;script&gt;&#39;&amp;&#39;&lt;/script&gt;</p>");
  }

  @Test
  void whatXmlForbidsOrTurnsTheTextAroundItIsReplaced() {
    String hostile = "a\u0000b\u001Bc\u202Ed\u2066e\uFFFEf\uD800g";

    assertThat(new Markup().text(hostile)).hasToString("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg");
  }

  @Test
  void lettersOfAllLanguagesAndEmojiStayAsTheyAre() {
    assertThat(new Markup().text("Zoë, 日本語, 🙂")).hasToString("Zoë, 日本語, 🙂");
  }

  @Test
  void anAttributeWithoutAValueIsLeftOut() {
    assertThat(new Markup().empty("rect", "class", null, "width", "2")).hasToString("<rect width=\"2\"/>");
  }

  @Test
  void anElementThatIsNotClosedIsNoticed() {
    assertThatThrownBy(() -> new Markup().open("p").toString())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p isn't closed");
  }
}
