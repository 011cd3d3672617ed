"""Subscribers of pages, and every message on its way"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", Id(), nullable=False),
        sa.Column("page_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("component_keys", sa.JSON(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["statuspage.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("page_id", "kind", "address_hash"),
    )
    op.create_index("ix_subscriber_page_id_created_at", "subscriber", ["page_id", "created_at"], unique=False)
    op.create_index(
        "ix_subscriber_unasked",
        "subscriber",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("asked_at IS NULL"),
        postgresql_where=sa.text("asked_at IS NULL"),
    )
    op.add_column("statuspage", sa.Column("subscribers", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "delivery",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel_id", Id(), nullable=True),
        sa.Column("subscriber_id", Id(), nullable=True),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("incident_id", Id(), nullable=True),
        sa.Column("after_id", Id(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_channel_id_created_at", "delivery", ["channel_id", "created_at"], unique=False)
    op.create_index("ix_delivery_incident_id", "delivery", ["incident_id"], unique=False)
    op.create_index(
        "ix_delivery_queued",
        "delivery",
        ["lane", "next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(op.f("ix_delivery_subscriber_id"), "delivery", ["subscriber_id"], unique=False)
    op.create_index("ix_delivery_workspace_id_created_at", "delivery", ["workspace_id", "created_at"], unique=False)
    op.create_table(
        "deliveryattempt",
        sa.Column("delivery_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery_id", "number"),
    )


def downgrade() -> None:
    op.drop_table("deliveryattempt")
    op.drop_table("delivery")
    op.drop_table("subscriber")
    op.drop_column("statuspage", "subscribers")
