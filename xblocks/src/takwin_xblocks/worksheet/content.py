"""Say what a worksheet is made of: figures, example sets, columns, rows, and the cells that learners fill in."""

from __future__ import annotations

from takwin_xblocks.contract.schema import N_, Attribute, Part, Schema, Words
from takwin_xblocks.worksheet.attributes import formula_line, numbers_line, tolerance_line

KINDS = (("given", N_("Given")), ("input", N_("To fill in")), ("computed", N_("Calculated")))
ROW_KINDS = (*KINDS, ("heading", N_("Heading: no figures")))
CELL_KINDS = (*KINDS, ("blank", N_("Empty")))
ANSWERS = (
    ("number", N_("A number")),
    ("column", N_("The name of a column, chosen from a list")),
    ("option", N_("One of the options of the row")),
)
SHOWS = (("number", N_("A number")), ("percent", N_("A percentage")), ("column", N_("The name of a column")))
MOST_POINTS = 100
MOST_PLACES = 6

_FIGURES = (
    Attribute(
        name="usual",
        label=N_("Usual value"),
        kind="decimal",
        help=N_("The value of the worked example: everyone has it where numbers are not drawn."),
    ),
    Attribute(name="from", label=N_("Drawn from"), kind="decimal"),
    Attribute(name="to", label=N_("Drawn up to"), kind="decimal"),
    Attribute(name="step", label=N_("In steps of"), kind="decimal"),
    Attribute(
        name="values",
        label=N_("Or drawn among"),
        help=N_("Numbers with spaces between them: 2.2 2.4 2.5"),
        check=numbers_line,
    ),
)

_PLACES = Attribute(name="places", label=N_("Decimals shown"), kind="whole", least=0, most=MOST_PLACES)
_FORMULA = Attribute(
    name="formula",
    label=N_("Formula"),
    help=N_("For example: receipts - payments, sum(first_row:last_row), closing[prev], here.quantity * here.price"),
    check=formula_line,
)
_CELL = (
    Attribute(name="points", label=N_("Points of each cell to fill in"), kind="whole", least=0, most=MOST_POINTS),
    Attribute(
        name="tolerance",
        label=N_("Tolerance"),
        help=N_("hand: one unit or 0.5 %, whichever is larger; exact; or a number, a percentage, or both: 0.05 1%"),
        check=tolerance_line,
    ),
    _PLACES,
    Attribute(name="answer", label=N_("What is filled in"), kind="choice", choices=ANSWERS),
)

SETS = Part(
    tag="set",
    key="sets",
    label=N_("Example set"),
    add=N_("Add an example set"),
    ids="shown",
    prefix="s",
    most=20,
    attributes=(_PLACES,),
    words=(Words(part="name", label=N_("Name"), required=True),),
    parts=(
        Part(
            tag="change",
            key="changes",
            label=N_("Other value of a figure"),
            add=N_("Change a figure"),
            ids="none",
            attributes=(
                Attribute(name="figure", label=N_("Figure"), kind="reference", refers_to="figures", required=True),
                *_FIGURES,
            ),
        ),
        Part(
            tag="word",
            key="words",
            label=N_("Word"),
            add=N_("Add a word"),
            ids="shown",
            prefix="w",
            words=(Words(part="", label=N_("What stands for it in the texts"), required=True),),
        ),
    ),
)

FIGURES = Part(
    tag="figure",
    key="figures",
    label=N_("Figure"),
    add=N_("Add a figure"),
    ids="shown",
    prefix="f",
    attributes=(
        *_FIGURES,
        Attribute(name="formula", label=N_("Or calculated"), help=N_("From other figures."), check=formula_line),
        Attribute(
            name="listed",
            label=N_("Listed above the table"),
            kind="truth",
            default=True,
            help=N_("A figure with a name is, unless this says no."),
        ),
        Attribute(name="shows", label=N_("Shown as"), kind="choice", choices=SHOWS),
        _PLACES,
    ),
    words=(
        Words(part="name", label=N_("Name"), help=N_("For the list above the table and for the worked solution.")),
        Words(part="unit", label=N_("Unit")),
    ),
)

REQUIRES = Part(
    tag="require",
    key="requires",
    label=N_("Condition of a draw"),
    add=N_("Add a condition"),
    ids="none",
    most=20,
    attributes=(
        Attribute(
            name="formula",
            label=N_("What must be true"),
            help=N_("Numbers for which it is not are drawn again: contribution >= 4"),
            required=True,
            check=formula_line,
        ),
    ),
)

COLUMNS = Part(
    tag="column",
    key="columns",
    label=N_("Column"),
    add=N_("Add a column"),
    ids="shown",
    prefix="c",
    least=1,
    most=26,
    attributes=(
        Attribute(
            name="formula",
            label=N_("Formula of the whole column"),
            help=N_("For every row that has no cell of its own here: sum(here.jul:here.dec)"),
            check=formula_line,
        ),
        Attribute(name="kind", label=N_("Its cells are"), kind="choice", choices=KINDS),
        *_CELL[:3],
    ),
    words=(Words(part="name", label=N_("Name"), required=True), Words(part="unit", label=N_("Unit"))),
)

ROWS = Part(
    tag="row",
    key="rows",
    label=N_("Row"),
    add=N_("Add a row"),
    ids="shown",
    prefix="r",
    least=1,
    most=80,
    attributes=(
        Attribute(name="kind", label=N_("Its cells are"), kind="choice", choices=ROW_KINDS, default="given"),
        Attribute(
            name="values",
            label=N_("Values"),
            help=N_("One for each column that has no formula of its own, with spaces between them; - leaves one empty."),
            check=lambda text: numbers_line(text, blanks=True),
        ),
        _FORMULA,
        *_CELL,
        Attribute(name="total", label=N_("Shown as a total"), kind="truth"),
        Attribute(
            name="across",
            label=N_("One cell across the table"),
            kind="truth",
            help=N_("For a question about the whole table: the largest gap. It counts as a cell of the first column."),
        ),
        Attribute(
            name="sets",
            label=N_("Only in these example sets"),
            kind="references",
            refers_to="sets",
            help=N_("None chosen: in all."),
        ),
    ),
    words=(
        Words(part="name", label=N_("Name"), required=True),
        Words(part="unit", label=N_("Unit")),
        Words(part="hint", label=N_("Hint"), help=N_("Told from the second attempt on, where a cell of this row is wrong.")),
        Words(
            part="rule",
            label=N_("How it is calculated, in words"),
            help=N_("For the worked solution; left empty, the formula is put into words."),
        ),
    ),
    parts=(
        Part(
            tag="cell",
            key="cells",
            label=N_("Cell that differs from its row"),
            add=N_("Add a cell"),
            ids="none",
            most=26,
            attributes=(
                Attribute(name="column", label=N_("Column"), kind="reference", refers_to="columns", required=True),
                Attribute(name="kind", label=N_("It is"), kind="choice", choices=CELL_KINDS),
                Attribute(name="value", label=N_("Value"), kind="decimal"),
                _FORMULA,
                *_CELL,
            ),
        ),
        Part(
            tag="option",
            key="options",
            label=N_("Option"),
            add=N_("Add an option"),
            ids="shown",
            prefix="o",
            most=30,
            attributes=(Attribute(name="value", label=N_("The number it stands for"), kind="decimal", required=True),),
            words=(Words(part="", label=N_("Text"), required=True),),
        ),
    ),
)

SCHEMA = Schema(
    tag="coop_worksheet",
    attributes=(
        Attribute(
            name="places",
            label=N_("Decimals shown"),
            kind="whole",
            least=0,
            most=MOST_PLACES,
            default=2,
            help=N_("Of money: 2 for MAD and GMD; 0 for XOF, MWK and MGA."),
        ),
        Attribute(name="tolerance", label=N_("Tolerance"), default="hand", help=_CELL[1].help, check=tolerance_line),
    ),
    words=(
        Words(part="intro", label=N_("Introduction"), help=N_("{name} shows a figure or a word of the example set."), long=True),
        Words(
            part="lesson",
            label=N_("Lesson"),
            help=N_("Told with the worked solution; {row.column} shows a cell."),
            long=True,
        ),
    ),
    parts=(SETS, FIGURES, REQUIRES, COLUMNS, ROWS),
)
