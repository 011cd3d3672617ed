"""Every table of healther, imported: SQLModel.metadata is whole once this module is."""

import healther.alerting.models
import healther.history.models
import healther.history.retention.models
import healther.incidents.models
import healther.maintenance.models
import healther.status_pages.models
import healther.watchers.models

__all__ = ["healther"]
