"""What the notebooks are made of: pages of claims, and drawings that stand in a page."""

import re
from base64 import b64decode

import pytest
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import figure
from grpo_theory.figures.inline import inline, inline_figure
from grpo_theory.ledger.page import claim_page, derivation_page, plain, verdict_table
from grpo_theory.ledger.runner import verify


def test_a_page_says_what_the_record_says() -> None:
    record = verify(["two-grpo-unbiased-grpo", "bernoulli-advantage"])
    proved, corrected = record.claims
    page = claim_page(corrected)
    assert corrected.repair is not None and corrected.counterexample is not None
    for part in (corrected.verdict, plain(corrected.statement), plain(corrected.repair.statement), corrected.latex):
        assert part in page
    assert all(f"{name} = {plain(value)}" in page for name, value in corrected.counterexample.items())
    assert plain(proved.scope) in claim_page(proved) and "Counterexample" not in claim_page(proved)
    table = verdict_table(record.claims)
    assert len(table.splitlines()) == 4 and table.count("CORRECTED") == 1


def test_every_line_of_a_derivation_is_shown_with_its_reason() -> None:
    derived = derivation_page(verify(["bernoulli-advantage"]).claims[0])
    assert derived.count("Part ") == 2
    assert derived.count("\\displaystyle") == 4
    assert "1−p = √(1−p)·√(1−p)" in derived
    assert r"= \sqrt{\frac{1 - p}{p}}$" in derived and r"= - \sqrt{\frac{p}{1 - p}}$" in derived
    assert "**Of the repair.**" in derivation_page(verify(["two-grpo-advantages-bessel"]).claims[0])


@pytest.mark.parametrize("text", ["|A|", "a_b", "*x*", "$p$", "<b>", "[x](y)", "`c`", "# d", "&amp;"])
def test_plain_text_keeps_no_mark_that_markdown_reads(text: str) -> None:
    bare = re.sub(r"&#(\d+);", "", plain(text))
    assert not set(bare) & set(r"\`*_|<>$[]#&")
    assert re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), plain(text)) == text


def svg(html: str) -> str:
    found = re.search(r"base64,([^\"]+)", html)
    assert found is not None
    return b64decode(found[1]).decode()


def test_a_drawing_repeats_and_follows_its_numbers() -> None:
    def draw(high: float) -> str:
        return inline(lambda drawn: drawn.add_subplot().plot([0, 1], [0, high]), "a <line>", aspect=0.5)

    assert draw(1.0) == draw(1.0) != draw(2.0)
    assert 'alt="a &lt;line&gt;"' in draw(1.0) and "aspect-ratio: 5.5 / 2.75" in draw(1.0)
    assert svg(draw(1.0)).lstrip().startswith("<?xml")


def test_a_figure_of_the_gallery_keeps_its_caption_and_style() -> None:
    shown = inline_figure(figure("mroueh-note/figure-1"))
    assert "alt=" in shown and "#0072b2" in svg(shown).lower()


def test_a_drawing_without_words_is_refused() -> None:
    def nothing(drawn: Canvas) -> None:
        drawn.add_subplot()

    with pytest.raises(ValueError, match="not everybody sees the drawing"):
        inline(nothing, " ")
