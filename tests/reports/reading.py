"""Reads the tables back out of a page, a spreadsheet and a PDF."""

import re
from html.parser import HTMLParser
from io import BytesIO

from openpyxl import load_workbook
from pypdf import PdfReader

from reports.services import private_storage


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.rows: list[list[str]] = []
        self.caption = self.where = ""

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "br" and self.where:
            self.handle_data(" ")
        self.where = tag if tag in ("th", "td", "caption") else self.where

    def handle_endtag(self, tag):
        if tag == "table":
            self.tables[self.caption] = [[" ".join(cell.split()) for cell in row] for row in self.rows]
        if tag in ("th", "td", "caption"):
            self.where = ""

    def handle_data(self, data):
        if self.where == "caption":
            self.caption += data
        elif self.where:
            self.rows[-1][-1] += data


def page_tables(html: str) -> dict[str, list[list[str]]]:
    """{caption: rows with the head first}."""
    parser = _Tables()
    parser.feed(html)
    return parser.tables


def sheets(run) -> dict[str, list[list]]:
    book = load_workbook(BytesIO(private_storage().open(run.xlsx_name).read()))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def book(run):
    return load_workbook(BytesIO(private_storage().open(run.xlsx_name).read()))


def pdf(run) -> PdfReader:
    return PdfReader(BytesIO(private_storage().open(run.pdf_name).read()))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pdf_text(run) -> str:
    return squeezed("".join(page.extract_text() for page in pdf(run).pages))
