"""What the counselors' desk keeps."""

import sqlalchemy as sa
from alembic import op

from bot.storage.dialects import UtcDateTime

revision = "0004_desk"
down_revision = "0003_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_tenant_state"))
    with op.batch_alter_table("handoff", schema=None, recreate=_on_sqlite()) as batch_op:
        batch_op.add_column(sa.Column("deadline", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("since_seq", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shared", sa.Boolean(), nullable=True))
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handoff_tenant_state_severity_deadline_created_at"),
            ["tenant", "state", "severity", "deadline", "created_at"],
            unique=False,
        )

    op.create_table(
        "alert_seen",
        sa.Column("handoff_id", sa.String(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoff.id"], name=op.f("fk_alert_seen_handoff_id")),
        sa.PrimaryKeyConstraint("handoff_id", "counselor", name=op.f("pk_alert_seen")),
    )
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_broken_glass_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    with op.batch_alter_table("broken_glass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broken_glass_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "counselor_message",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_counselor_message_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "mark", name=op.f("pk_counselor_message")),
    )
    op.create_table(
        "draft",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_draft_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "counselor", name=op.f("pk_draft")),
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_holding_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holding_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_holding_tenant_ended_at"), ["tenant", "ended_at"], unique=False)
        batch_op.create_index(
            "uq_holding_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_note_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("counselor", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("counselor", name=op.f("pk_presence")),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_tenant"), ["tenant"], unique=False)

    op.create_table(
        "read_mark",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("citizen", sa.Integer(), nullable=False),
        sa.Column("counselor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_read_mark_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_read_mark")),
    )


def downgrade() -> None:
    for table in ("read_mark", "presence", "note", "holding", "draft", "counselor_message", "broken_glass"):
        op.drop_table(table)
    op.drop_table("alert_seen")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_tenant_state_severity_deadline_created_at"))
        batch_op.create_index(batch_op.f("ix_handoff_tenant_state"), ["tenant", "state"], unique=False)
    with op.batch_alter_table("handoff", schema=None, recreate=_on_sqlite()) as batch_op:
        for column in ("shared", "since_seq", "deadline"):
            batch_op.drop_column(column)


def _on_sqlite() -> str:
    """SQLite would write the new columns after the constraints: another text than that of the models."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "auto"
