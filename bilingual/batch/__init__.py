"""Many works: a table in, a report each, one overview."""

from bilingual.batch.engine import verify_many
from bilingual.batch.model import Batch, BatchFinding, BatchStage, Submission, WorkResult
from bilingual.batch.table import Works, load_table

__all__ = [
    "Batch",
    "BatchFinding",
    "BatchStage",
    "Submission",
    "WorkResult",
    "Works",
    "load_table",
    "verify_many",
]
