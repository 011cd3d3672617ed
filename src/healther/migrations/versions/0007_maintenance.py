"""Maintenance windows, and the watchers in them now"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenancewindow",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("rrule", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("all_watchers", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("announce_before_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("next_turn_at", sa.BigInteger(), nullable=True),
        sa.Column("running_since", sa.BigInteger(), nullable=True),
        sa.Column("running_until", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_maintenancewindow_workspace_id"), "maintenancewindow", ["workspace_id"], unique=False)
    op.create_index(op.f("ix_maintenancewindow_next_turn_at"), "maintenancewindow", ["next_turn_at"], unique=False)
    op.create_table(
        "maintenancewatcher",
        sa.Column("window_id", Id(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["window_id"], ["maintenancewindow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("window_id", "watcher_id"),
    )
    op.create_index(op.f("ix_maintenancewatcher_watcher_id"), "maintenancewatcher", ["watcher_id"], unique=False)
    op.create_table(
        "maintenancecover",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("window_id", Id(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["window_id"], ["maintenancewindow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "window_id"),
    )
    op.create_index(op.f("ix_maintenancecover_window_id"), "maintenancecover", ["window_id"], unique=False)
    op.create_table(
        "statuspagemaintenance",
        sa.Column("page_id", Id(), nullable=False),
        sa.Column("window_id", Id(), nullable=False),
        sa.Column("announced_for", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["statuspage.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["window_id"], ["maintenancewindow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "window_id"),
    )
    op.create_index(op.f("ix_statuspagemaintenance_window_id"), "statuspagemaintenance", ["window_id"], unique=False)
    op.add_column("watcherstate", sa.Column("in_maintenance", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("watcherstate", sa.Column("ledger_moved_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("watcherstate", "ledger_moved_at")
    op.drop_column("watcherstate", "in_maintenance")
    op.drop_table("statuspagemaintenance")
    op.drop_table("maintenancecover")
    op.drop_table("maintenancewatcher")
    op.drop_table("maintenancewindow")
