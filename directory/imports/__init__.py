"""What operators bring in from files: Microsoft's product table, and customers. Atomic, repeatable, refused by name."""

from directory.imports.customers import CustomersReport, import_customers
from directory.imports.refusal import ImportRefused
from directory.imports.table import TableReport, import_table

__all__ = ["CustomersReport", "ImportRefused", "TableReport", "import_customers", "import_table"]
