"""The figures of work behind the pages: the sweep, the month's report, the registry import."""

from dataclasses import dataclass

from bench.figures import Figure, NotThereYet


@dataclass
class Work:
    rows: int

    def sweep(self) -> Figure:
        raise NotThereYet("sweep")

    def month_pdf(self) -> Figure:
        raise NotThereYet("month_pdf")

    def registry_import(self) -> Figure:
        raise NotThereYet("registry_import")
