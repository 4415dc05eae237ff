"""runs of the workbench, and readers' feedback"""

from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('runs',
    sa.Column('number', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_runs')),
    sa.UniqueConstraint('id', name=op.f('uq_runs_id'))
    )
    op.create_table('run_examples',
    sa.Column('run_number', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('example', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_number'], ['runs.number'], name=op.f('fk_run_examples_run_number'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_number', 'position', name=op.f('pk_run_examples'))
    )
    op.create_table('run_results',
    sa.Column('run_number', sa.Integer(), nullable=False),
    sa.Column('system', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('cost', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_number'], ['runs.number'], name=op.f('fk_run_results_run_number'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_number', 'system', 'position', name=op.f('pk_run_results'))
    )
    op.create_table('feedback',
    sa.Column('number', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('turn_id', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('collections', sa.JSON(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('cited', sa.JSON(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('correction', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_feedback')),
    sa.UniqueConstraint('turn_id', name=op.f('uq_feedback_turn_id'))
    )


def downgrade() -> None:
    op.drop_table('feedback')
    op.drop_table('run_results')
    op.drop_table('run_examples')
    op.drop_table('runs')
