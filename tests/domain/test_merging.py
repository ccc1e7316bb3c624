"""Two changes of one thing: both are in it, and only what both changed clashes."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings, strategies as st

from lms_app.domain.merging import ORDER, Leaf, Merged, merge, with_leaf

NAMES = st.sampled_from("abcde")
LEAVES = st.none() | st.booleans() | st.integers(0, 2) | st.text("xy", max_size=2)


def parts(inside: st.SearchStrategy) -> st.SearchStrategy:
    """Lists of parts with ids of their own."""
    return st.lists(st.tuples(NAMES, st.dictionaries(NAMES, inside, max_size=2)), max_size=4, unique_by=lambda one: one[0]).map(
        lambda held: [{"id": name, **rest} for name, rest in held]
    )


VALUES = st.recursive(LEAVES, lambda inside: st.dictionaries(NAMES, inside, max_size=3) | parts(inside), max_leaves=12)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES, VALUES)
def test_a_side_that_changed_nothing_takes_the_other(base, mine, theirs):
    assert merge(base, mine, base) == Merged(mine)
    assert merge(base, base, theirs) == Merged(theirs)
    assert merge(base, mine, mine) == Merged(mine)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=4), st.dictionaries(NAMES, VALUES), st.dictionaries(NAMES, VALUES))
def test_changes_of_different_keys_are_both_in_it_whoever_comes_first(base, mine, theirs):
    theirs = {key: value for key, value in theirs.items() if key not in mine}
    x, y = {**base, **mine}, {**base, **theirs}
    assert merge(base, x, y) == merge(base, y, x) == Merged({**base, **mine, **theirs})


@settings(max_examples=60, deadline=None)
@given(parts(LEAVES), st.data())
def test_changes_of_different_parts_are_both_in_it(base, data):
    ids = [part["id"] for part in base]
    mine = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    x, y = deepcopy(base), deepcopy(base)
    for part in x:
        part.update(word="mine") if part["id"] in mine else None
    for part in y:
        part.update(word="theirs") if part["id"] not in mine else None
    y = data.draw(st.permutations(y))
    wanted = [{**part, "word": "mine" if part["id"] in mine else "theirs"} for part in y]
    assert merge(base, x, y) == merge(base, y, x) == Merged(wanted)


def part(name, **rest):
    return {"id": name, **rest}


BASE = {"questions": [part("q1", kind="single", choices=[part("a"), part("b")]), part("q2"), part("q3")]}


def changed(**questions):
    return {"questions": [deepcopy(questions.get(one["id"], one)) for one in BASE["questions"]]}


def test_one_adds_a_choice_while_another_removes_a_question_and_moves_one():
    mine = changed(q1=part("q1", kind="single", choices=[part("a"), part("b"), part("c", correct=True)]))
    theirs = {"questions": [BASE["questions"][2], BASE["questions"][0]]}
    assert merge(BASE, mine, theirs) == Merged({"questions": [part("q3"), mine["questions"][0]]})


def test_what_both_add_at_one_place_is_there_twice_what_was_saved_first_stands_first():
    mine = {"questions": [part("m0"), *BASE["questions"], part("m")]}
    theirs = {"questions": [*BASE["questions"], part("t")]}
    merged = merge(BASE, mine, theirs)
    assert ([one["id"] for one in merged.value["questions"]], merged.clashes) == (["m0", "q1", "q2", "q3", "t", "m"], ())


def test_a_part_that_one_takes_away_and_another_changes_is_a_clash():
    mine, theirs = {"questions": BASE["questions"][:2]}, changed(q3=part("q3", kind="many"))
    assert merge(BASE, mine, theirs).clashes == (Leaf(("questions", "q3"), part("q3"), None, part("q3", kind="many")),)
    assert merge(BASE, theirs, mine).clashes == (Leaf(("questions", "q3"), part("q3"), part("q3", kind="many"), None),)


def test_a_leaf_changed_to_two_values_is_told_with_its_path_and_keeps_mine():
    mine, theirs = changed(q1=part("q1", kind="many")), changed(q1=part("q1", kind="order", choices=[part("a")]))
    merged = merge(BASE, mine, theirs)
    assert [(leaf.path, leaf.mine, leaf.theirs) for leaf in merged.clashes] == [
        (("questions", "q1", "kind"), "many", "order"),
        (("questions", "q1", "choices"), None, [part("a")]),
    ]
    assert merged.value == mine


def test_two_orders_of_the_same_parts_are_a_clash():
    q1, q2, q3 = BASE["questions"]
    merged = merge(BASE, {"questions": [q2, q1, q3]}, {"questions": [q1, q3, q2]})
    assert merged.clashes == (Leaf(("questions", ORDER), ["q1", "q2", "q3"], ["q2", "q1", "q3"], ["q1", "q3", "q2"]),)
    assert merged.value == {"questions": [q2, q1, q3]}


def test_true_is_not_one_and_a_list_without_ids_is_one_leaf():
    assert merge({"a": 1}, {"a": True}, {"a": 1}) == Merged({"a": True})
    assert merge(["x"], ["x", "m"], ["x", "t"]).clashes == (Leaf((), ["x"], ["x", "m"], ["x", "t"]),)


def test_a_clash_is_decided_leaf_by_leaf():
    mine, theirs = changed(q1=part("q1", kind="many")), {"questions": changed(q1=part("q1", kind="order"))["questions"][:2]}
    mine["questions"][2] = part("q3", kind="many")
    merged = merge(BASE, mine, theirs)
    value = merged.value
    for leaf in merged.clashes:
        value = with_leaf(value, leaf.path, leaf.theirs)
    assert value == theirs
    assert with_leaf(value, ("questions", ORDER), ["q2", "q1"]) == {"questions": theirs["questions"][::-1]}
    assert with_leaf(value, ("questions", "q3"), part("q3"))["questions"][-1] == part("q3")
