"""How the template looks: styles, fonts, bullets and settings of the Word document, small enough to be read."""

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
INK, SOFT, FAINT, ACCENT = "15211F", "4A5754", "646F6C", "1B479C"
RULE, FIRM_RULE = "B9C1BD", "4A5754"

# On every Windows and Mac, and elsewhere replaced by one of the same widths: the page breaks where it was meant to.
FONT = "Arial"

FONTS = f"""<w:fonts {W}>
  <w:font w:name="{FONT}"><w:altName w:val="Helvetica, Liberation Sans"/><w:panose1 w:val="020B0604020202020204"/>
    <w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>
</w:fonts>"""

SETTINGS = f"""<w:settings {W}>
  <w:zoom w:percent="100"/>
  <w:defaultTabStop w:val="720"/>
  <w:characterSpacingControl w:val="doNotCompress"/>
  <w:compat>
    <w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
  </w:compat>
  <w:themeFontLang w:val="%(language)s"/>
</w:settings>"""

BULLETS = f"""<w:numbering {W}>
  <w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/>
      <w:lvlText w:val="–"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr></w:lvl>
  </w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>"""


def _text(*, size: float, color: str = INK, bold: bool = False) -> str:
    """Properties of letters; `size` in points."""
    weight = "<w:b/><w:bCs/>" if bold else ""
    half = round(size * 2)
    return f'<w:rPr>{weight}<w:color w:val="{color}"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'


def key(name: str) -> str:
    """What documents call the style that people know as `name`."""
    return "".join(word.capitalize() for word in name.split())


def _paragraph(name: str, text: str, *, before: float, after: float, line: float = 1.15, more: str = "") -> str:
    """A style of paragraphs.

    `before` and `after` in points, `line` as a multiple; `more` is what Word wants before (keeping, borders, tabs) or,
    after a bar, behind the spacing (indents, levels).
    """
    first, _, last = more.partition("|")
    based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    spacing = f'w:before="{round(before * 20)}" w:after="{round(after * 20)}" w:line="{round(line * 240)}"'
    return f"""<w:style w:type="paragraph" {'w:default="1" ' if not based else ""}w:styleId="{key(name)}">
  <w:name w:val="{name}"/>{based}<w:qFormat/>
  <w:pPr>{first}<w:spacing {spacing} w:lineRule="auto"/>{last}</w:pPr>{text}
</w:style>"""


KEEP = "<w:keepNext/><w:keepLines/>"
BAR = f'<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="{ACCENT}"/></w:pBdr>'
TABS = '<w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs>'

PARAGRAPHS = [
    _paragraph("Normal", _text(size=9.5), before=0, after=4),
    _paragraph("Title", _text(size=22, bold=True), before=0, after=0, line=1, more=KEEP),
    _paragraph("Subtitle", _text(size=10.5, color=SOFT), before=2, after=6, more=KEEP),
    _paragraph(
        "heading 1",
        _text(size=13, color=ACCENT, bold=True),
        before=12,
        after=4,
        line=1,
        more=KEEP + '|<w:outlineLvl w:val="0"/>',
    ),
    _paragraph(
        "heading 2", _text(size=9.5, bold=True), before=8, after=3, line=1, more=KEEP + '|<w:outlineLvl w:val="1"/>'
    ),
    _paragraph(
        "List Bullet",
        _text(size=9.5),
        before=0,
        after=2,
        more='<w:keepLines/><w:numPr><w:numId w:val="1"/></w:numPr>|<w:ind w:left="284" w:hanging="284"/>',
    ),
    _paragraph(
        "Guidance",
        _text(size=8.5, color=SOFT),
        before=3,
        after=4,
        more="<w:keepNext/>" + BAR + '|<w:ind w:left="200"/>',
    ),
    _paragraph("Table Heading", _text(size=8.5, bold=True), before=2, after=2.5, line=1, more="<w:keepNext/>"),
    _paragraph("Table Label", _text(size=9.5, color=SOFT), before=2.5, after=2.5, line=1),
    _paragraph("Table Text", _text(size=9.5), before=2.5, after=2.5, line=1),
    _paragraph("Table Detail", _text(size=8.5), before=3.5, after=2.5, line=1),
    _paragraph(
        "Tick Line", _text(size=9.5), before=6, after=8, more='<w:keepLines/>|<w:ind w:left="284" w:hanging="284"/>'
    ),
    _paragraph("Gap", _text(size=4), before=0, after=0, line=1),
    _paragraph("footer", _text(size=8, color=SOFT), before=0, after=0, line=1, more=TABS),
]

OTHERS = f"""
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
  <w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>
<w:style w:type="character" w:styleId="PlaceholderText">
  <w:name w:val="Placeholder Text"/><w:rPr><w:color w:val="{FAINT}"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Box">
  <w:name w:val="Box"/>
  <w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/>
  <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
    <w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:styleId="Ruled"><w:name w:val="Ruled"/><w:basedOn w:val="TableNormal"/>
  <w:tblPr><w:tblBorders>
    <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders>
    <w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="170" w:type="dxa"/></w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{FIRM_RULE}"/></w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>"""

STYLES = f"""<w:styles {W}>
  <w:docDefaults><w:rPrDefault><w:rPr>
    <w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>
    <w:lang w:val="%(language)s" w:eastAsia="%(language)s" w:bidi="ar-SA"/>
  </w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
  {"".join(PARAGRAPHS)}{OTHERS}
</w:styles>"""
