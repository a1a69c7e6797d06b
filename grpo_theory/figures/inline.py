"""A drawing for a page: one image that holds its SVG, in the print style, with words for those who cannot see it."""

from base64 import b64encode
from collections.abc import Callable
from html import escape
from io import BytesIO

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from grpo_theory.errors import outside
from grpo_theory.figures.model import Figure
from grpo_theory.figures.page import STYLE, canvas


def inline(draw: Callable[[Canvas], object], words: str, *, aspect: float = 0.4) -> str:
    """HTML with the drawing that `draw` makes on an empty canvas, as wide as its column up to 52 em.

    Domain: `words` say what is seen and are not empty; the canvas is 5.5 inches wide and `aspect` times as high. The
    same drawing gives the same text. Errors: ValueError for a drawing without words.

    >>> inline(lambda drawn: drawn.add_subplot().plot([0, 1], [0, 1]), "a line")[:10]
    '<img style'
    """

    def drawn() -> Canvas:
        empty = canvas("neurips", aspect)
        draw(empty)
        return empty

    return _image(drawn, words)


def inline_figure(figure: Figure) -> str:
    """HTML with one of the figures of the gallery, drawn from data computed now, its caption as words.

    >>> from grpo_theory.figures.model import figure
    >>> inline_figure(figure("mroueh-note/figure-1")).count("<img")
    1
    """
    data = figure.data()
    return _image(lambda: figure.draw(data), figure.caption)


def _image(draw: Callable[[], Canvas], words: str) -> str:
    if not words.strip():
        raise outside("words", words, "the texts that are not empty", "not everybody sees the drawing")
    picture = BytesIO()
    with mpl.rc_context(fname=STYLE, rc={"svg.hashsalt": words}):
        drawn = draw()
        drawn.savefig(picture, format="svg", metadata={"Date": None})
    wide, high = drawn.get_size_inches()
    source = b64encode(picture.getvalue()).decode("ascii")
    style = f"width: 100%; max-width: 52em; aspect-ratio: {wide:g} / {high:g}; background: white"
    return f'<img style="{style}" alt="{escape(words)}" src="data:image/svg+xml;base64,{source}">'
