"""ChatGLM2-6B and ChatGLM3-6B checkpoints made into the GLM class that transformers has.

Their own modelling code does not run in today's transformers. Their weights compute the same in
``GlmForCausalLM``, so a converted folder loads without any code of the checkpoint's.
"""
