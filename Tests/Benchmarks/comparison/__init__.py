"""Runs a gateway and its peers side by side under the same loads, and compares what they cost."""
