"""HTML of values made fit for a page."""

from __future__ import annotations

import pytest

from lessonpress.run.markup import Refused, fit_html


@pytest.mark.parametrize(
    ("html", "fit"),
    [
        ("<p>a<p>b", "<p>a<p>b</p></p>"),
        ("<div><b>a</div>b</i>", "<div><b>a</b></div>b"),
        ("a < b & c &lt; &#60; AT&T", "a &lt; b &amp; c &lt; &#60; AT&amp;T"),
        ("<br><img src='data:image/png;base64,AA'/>", '<br><img src="data:image/png;base64,AA">'),
        ('<b title="a\nb" markdown="1">c</b>', '<b title="a b">c</b>'),
        ("<!-- c --><!DOCTYPE html><?php ?>d", "d"),
        ("<style>\n#a > b {color: red}\n</style>", "<style> #a > b {color: red} </style>"),
        ("<svg><path d='M0'/></svg>", '<svg><path d="M0"></path></svg>'),
        ("<textarea disabled>\na</textarea>", '<textarea disabled=""> a</textarea>'),
        (
            "<a href='https://example.org'>a</a><a href='#b'>b</a>",
            '<a href="https://example.org">a</a><a href="#b">b</a>',
        ),
    ],
)
def test_html_is_balanced_and_stands_in_one_line(html: str, fit: str) -> None:
    assert fit_html(html) == fit
    assert fit_html(fit) == fit


@pytest.mark.parametrize(
    "html",
    [
        "<SCRIPT src='https://example.org/a.js'></SCRIPT>",
        "<b onmouseover=go()>",
        "<a href=' javascript:go()'>a</a>",
        "<img src=https://example.org/a.png>",
        "<img srcset='a.png 2x'>",
        "<link rel=stylesheet href=a.css>",
        "<meta http-equiv=refresh content=0>",
        "<base href=/>",
        "<form action=/>",
        "<a href='files/a.csv'>a</a>",
        "<style>@import 'a.css'</style>",
        "<style>b {background: url(https://example.org/a.png)}</style>",
        "<b style='background: url(a.png)'>",
        "<object data='a.pdf'></object>",
        "<embed src='a.pdf'>",
    ],
)
def test_what_a_page_neither_loads_nor_runs_is_refused(html: str) -> None:
    with pytest.raises(Refused):
        fit_html(html)
