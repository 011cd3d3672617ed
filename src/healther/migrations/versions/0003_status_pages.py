"""Status pages of their own: pages, sections, components"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id, UtcMillis

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statuspage",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("accent", sa.String(length=7), nullable=True),
        sa.Column("custom_domain", sa.String(length=253), nullable=True),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("access", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=100), nullable=True),
        sa.Column("noindex", sa.Boolean(), nullable=False),
        sa.Column("show_bars", sa.Boolean(), nullable=False),
        sa.Column("show_uptime", sa.Boolean(), nullable=False),
        sa.Column("show_latency", sa.Boolean(), nullable=False),
        sa.Column("footer_links", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.Column("updated_at", UtcMillis(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("custom_domain"),
        sa.UniqueConstraint("slug"),
    )
    op.create_index(op.f("ix_statuspage_workspace_id"), "statuspage", ["workspace_id"], unique=False)
    op.create_table(
        "statuspagesection",
        sa.Column("id", Id(), nullable=False),
        sa.Column("page_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["statuspage.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_statuspagesection_page_id_position", "statuspagesection", ["page_id", "position"], unique=False)
    op.create_table(
        "statuspagecomponent",
        sa.Column("id", Id(), nullable=False),
        sa.Column("section_id", Id(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["statuspagesection.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_statuspagecomponent_section_id_position",
        "statuspagecomponent",
        ["section_id", "position"],
        unique=False,
    )
    op.create_index(op.f("ix_statuspagecomponent_watcher_id"), "statuspagecomponent", ["watcher_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_statuspagecomponent_watcher_id"), table_name="statuspagecomponent")
    op.drop_index("ix_statuspagecomponent_section_id_position", table_name="statuspagecomponent")
    op.drop_table("statuspagecomponent")
    op.drop_index("ix_statuspagesection_page_id_position", table_name="statuspagesection")
    op.drop_table("statuspagesection")
    op.drop_index(op.f("ix_statuspage_workspace_id"), table_name="statuspage")
    op.drop_table("statuspage")
