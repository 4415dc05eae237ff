"""collections have settings, and their indexes are made anew beside the old ones"""

from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('collections', schema=None) as batch_op:
        batch_op.add_column(sa.Column('generation', sa.Integer(), nullable=False, server_default='0'))

    op.create_table('collection_settings',
    sa.Column('collection_id', sa.String(), nullable=False),
    sa.Column('chunk_tokens', sa.Integer(), nullable=True),
    sa.Column('recognise', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], name=op.f('fk_collection_settings_collection_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('collection_id', name=op.f('pk_collection_settings'))
    )
    op.create_table('reindexings',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('model', sa.String(), nullable=True),
    sa.Column('model_id', sa.String(), nullable=True),
    sa.Column('dimension', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('underway', 'done', 'failed', 'cancelled', name='reindexingstate', native_enum=False, length=16), nullable=False),
    sa.Column('indexed', sa.Integer(), nullable=False),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reindexings'))
    )
    with op.batch_alter_table('reindexings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reindexings_state'), ['state'], unique=False)

    op.create_table('moved_vectors',
    sa.Column('chunk_id', sa.String(), nullable=False),
    sa.Column('content_key', sa.LargeBinary(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('sentence_vectors', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['chunk_id'], ['chunks.id'], name=op.f('fk_moved_vectors_chunk_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('chunk_id', name=op.f('pk_moved_vectors'))
    )
    with op.batch_alter_table('moved_vectors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moved_vectors_content_key'), ['content_key'], unique=False)


def downgrade() -> None:
    op.drop_table('moved_vectors')
    op.drop_table('reindexings')
    op.drop_table('collection_settings')
    with op.batch_alter_table('collections', schema=None) as batch_op:
        batch_op.drop_column('generation')
