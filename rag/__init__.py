"""The centre: a question goes in, a checked answer comes out. Imports no other folder of ours."""
