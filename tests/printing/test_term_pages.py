"""What the engine sets on the pages of the glossary: terms, their index, the map of all."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.printing.glossary import Term, find_mentions, in_order, read_terms
from lessonpress.printing.term_map import WIDTH, group_terms, place_terms, write_map
from lessonpress.printing.term_pages import write_head, write_index, write_neighbors, write_where_it_runs
from lessonpress.read.lesson import Lesson

Write = Callable[..., Lesson]

BIAS = "term: bias\nsynonyms: [offset, intercept]\ndefinition: A number that is\n  added."


# Above and below a term's text


def test_a_term_opens_with_its_name_definition_and_other_names(terms: dict[str, Term]) -> None:
    assert write_head(terms["bias"]) == (
        "# Bias\n\n**A number that is added.**\n\n*Also called offset or intercept.*\n\n"
    )
    assert write_head(terms["weight"]) == "# Weight\n\n**A number that is multiplied.**\n\n"


@pytest.mark.parametrize(
    ("synonyms", "told"), [("[one]", "one"), ("[one, two]", "one or two"), ("[one, two, three]", "one, two or three")]
)
def test_other_names_read_as_a_list_of_words(write_term: Write, synonyms: str, told: str) -> None:
    terms, _ = read_terms([write_term("bias", f"term: bias\nsynonyms: {synonyms}\ndefinition: d")])
    assert f"\n*Also called {told}.*\n" in write_head(terms["bias"])


def test_a_page_lists_where_its_term_runs(terms: dict[str, Term], write_lesson: WriteLesson) -> None:
    lesson = write_lesson(
        "# %% [markdown]\n# [b](../glossary/bias.md)\n#\n# ## A `__call__` | more\n# [b](../glossary/bias.md)"
    )
    text = write_where_it_runs(terms["bias"], find_mentions([lesson], "glossary")["bias"])
    assert text.splitlines()[3:] == [
        "- [Tiny](../lessons/tiny.py)",
        "- [Tiny](../lessons/tiny.py), [A &#95;&#95;call&#95;&#95; &#124; more](../lessons/tiny.py#a-__call__-more)",
    ]


def test_a_title_with_code_is_not_named_twice(terms: dict[str, Term], write_lesson: WriteLesson) -> None:
    lesson = write_lesson("# %% [markdown]\n# [b](../glossary/bias.md)", title="What `w` does")
    text = write_where_it_runs(terms["bias"], find_mentions([lesson], "glossary")["bias"])
    assert text.splitlines()[3:] == ["- [What `w` does](../lessons/tiny.py)"]


def test_a_term_that_no_lesson_mentions_says_so(terms: dict[str, Term]) -> None:
    assert write_where_it_runs(terms["bias"], []) == "\n## Where it runs\n\nNo lesson runs it yet.\n"


def test_a_page_leads_to_the_terms_it_is_linked_with(terms: dict[str, Term]) -> None:
    text = write_neighbors([terms["bias"], terms["weight"]], "map.md#map-tiny")
    assert text.startswith(
        '\n## Related terms\n\n[bias](bias.md "A number that is added."){ .term }, [weight](weight.md'
    )
    assert text.endswith(" See them on [the map](map.md#map-tiny).\n")
    assert "map" not in write_neighbors([terms["bias"]], "")
    assert write_neighbors([], "map.md") == ""


def test_a_page_leads_to_no_more_terms_than_can_be_taken_in(terms: dict[str, Term]) -> None:
    assert write_neighbors([terms["bias"]] * 50, "").count("bias.md") == 8


# The index


def test_capital_letters_make_no_difference_to_the_order_of_the_index(write_term: Write) -> None:
    pages = [write_term("relu", "term: ReLU\ndefinition: d"), write_term("bias", BIAS)]
    pages += [write_term("r-squared", "term: r²\ndefinition: d"), write_term("adam", "term: Adam\ndefinition: d")]
    index = write_index(read_terms(pages)[0].values(), "")
    assert re.findall(r"^\[(.*)\]\(", index, re.MULTILINE) == ["Adam", "bias", "ReLU", "r²"]
    assert re.findall(r'id="letter-(.)">(.)<', index) == [("a", "A"), ("b", "B"), ("r", "R")]
    assert re.findall(r'href="#letter-(.)">(.)<', index) == [("a", "A"), ("b", "B"), ("r", "R")]


def test_a_name_that_begins_with_no_letter_stands_first(write_term: Write) -> None:
    pages = [write_term("bias", BIAS), write_term("one", 'term: "1×1 layer"\ndefinition: d')]
    pages.append(write_term("three", "term: 3D tensor\ndefinition: d"))
    index = write_index(read_terms(pages)[0].values(), "")
    assert re.findall(r'id="letter-(.)"', index) == ["0", "b"]


def test_an_entry_has_its_other_names_and_a_place_to_link_to(
    terms: dict[str, Term], render: Callable[[str], str]
) -> None:
    html = render(write_index(terms.values(), "map.md"))
    assert len(re.findall("<dt", html)) == 2
    assert '<dt id="bias"><a href="bias.md">bias</a></dt>' in html
    assert '<em class="lesson-also">Also: offset, intercept.</em></dd>' in html
    assert html.count("lesson-also") == 1, "the other term has one name"
    assert '<a href="map.md">The map of these terms</a>' in html
    assert "map.md" not in write_index(terms.values(), "")


# The map


def many_terms(write_term: Write) -> dict[str, Term]:
    names = [f"{'a long name of a term ' * (number % 3)}mw {number}" for number in range(40)]
    linked = [f"[x](t{number + 1}.md)" for number in range(39)] + [""]
    pages = [
        write_term(f"t{number}", f"term: {name}\ndefinition: A <b> & c.", linked[number])
        for number, name in enumerate(names)
    ]
    return read_terms(pages)[0]


def test_terms_are_grouped_by_the_lesson_that_mentions_them_first(
    terms: dict[str, Term], write_lesson: WriteLesson
) -> None:
    cell = "# %% [markdown]\n# [w](../glossary/weight.md) and [gone](../glossary/gone.md)"
    lessons = [write_lesson(cell, name="b", title="Second"), write_lesson(cell, name="a", title="First")]
    groups = group_terms(terms, find_mentions(lessons, "glossary"))
    assert groups == {"Second": [terms["weight"]], "In no lesson yet": [terms["bias"]]}


def test_no_term_of_the_map_covers_another_or_leaves_it(write_term: Write) -> None:
    terms = many_terms(write_term)
    heads, places = place_terms({"One": list(terms.values())[:25], "Two": list(terms.values())[25:]})
    assert len(places) == 40
    assert all(place.x >= 0 and place.x + place.width <= WIDTH for place in places.values())
    for one, two in combinations(places.values(), 2):
        assert one.y != two.y or one.x + one.width < two.x or two.x + two.width < one.x
    for title, y in heads:
        assert all(abs(place.y - y) > 20 for place in places.values()), title


def test_the_map_draws_each_link_once_and_says_the_same_as_a_list(
    write_term: Write, render: Callable[[str], str]
) -> None:
    both = "[b](bias.md)\n\n[w](weight.md)"
    pages = [write_term("bias", BIAS, both), write_term("weight", 'term: "w < 1"\ndefinition: "A \\"b\\"."', both)]
    terms = read_terms(pages)[0]
    html = render(write_map(terms, {}, {"bias": ["weight"], "weight": ["bias"]}))
    assert re.findall('data-ends="(.*?)"', html) == ["0 1"]
    assert '<a class="lesson-map-term" href="weight.md" id="map-weight" data-definition="A &quot;b&quot;.">' in html
    assert ">w &lt; 1</text>" in html
    assert '<strong><a href="bias.md">bias</a></strong>: <a href="weight.md">w &#60; 1</a></li>' in html


def test_the_lines_of_the_map_come_in_one_order_in_each_build(write_term: Write) -> None:
    terms = many_terms(write_term)
    related = {slug: [f"t{(number + 1) % 40}"] for number, slug in enumerate(terms)}
    ends = [tuple(map(int, pair.split())) for pair in re.findall('data-ends="(.*?)"', write_map(terms, {}, related))]
    order = sorted(terms)
    in_drawing = [term.slug for term in in_order(terms.values())]
    drawn = [(order.index(in_drawing[one]), order.index(in_drawing[two])) for one, two in ends]
    assert len(drawn) == 40
    assert drawn == sorted(drawn)


def test_a_course_has_a_map_where_its_terms_are_linked_unless_it_has_a_page_of_that_name(
    course: Course, write_term: Write
) -> None:
    write_term("bias", BIAS)
    write_term("weight", "term: weight\ndefinition: d")
    write_term("index", "title: Glossary")
    result = course.build()
    assert "glossary/map.md" not in result.pages
    assert "map.md" not in result.pages["glossary/index.md"].markdown
    write_term("weight", "term: weight\ndefinition: d", "See [bias](bias.md).")
    result = course.build()
    assert result.problems == []
    assert 'data-ends="0 1"' in result.pages["glossary/map.md"].markdown
    assert "(map.md)" in result.pages["glossary/index.md"].markdown
    assert "(map.md#map-bias)" in result.pages["glossary/bias.md"].markdown
    write_term("map", "term: map\ndefinition: A picture of a place.")
    pages = course.build().pages
    assert pages["glossary/map.md"].markdown.startswith("# Map\n")
    assert "(map.md" not in pages["glossary/bias.md"].markdown
