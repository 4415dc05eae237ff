"""what vectors were made from, and vectors underway"""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('embedded_underway',
    sa.Column('content_key', sa.LargeBinary(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('sentence_vectors', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('content_key', name=op.f('pk_embedded_underway'))
    )
    op.add_column('chunks', sa.Column('content_key', sa.LargeBinary(), nullable=True))
    op.create_index(op.f('ix_chunks_content_key'), 'chunks', ['content_key'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_chunks_content_key'), 'chunks')
    with op.batch_alter_table('chunks', schema=None) as batch_op:
        batch_op.drop_column('content_key')
    op.drop_table('embedded_underway')
