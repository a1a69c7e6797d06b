"""TRL's own trainers on prescribed rewards: a random one-layer GPT-2 generates a token, the trainer does the rest."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Vector = tuple[int, ...]
Run = Callable[[Sequence[Vector]], list[tuple[float, ...]]]


@contextmanager
def opened(option: str) -> Iterator[Run]:
    """TRL's trainer with an option such as "rloo", as a function of one batch of groups of equal size.

    Units: single precision, which the trainer imposes on rewards.

    >>> from grpo_theory.interop.live import version
    >>> if version("trl"):
    ...     with opened("grpo scale_rewards=none") as run:
    ...         assert run([(0, 1)]) == [(-0.5, 0.5)]
    """
    rewards: list[float] = []
    with quiet(), tempfile.TemporaryDirectory() as folder:
        trainer = build(option, folder, lambda completions, **_: list(rewards))
        trainer.model.train()

        def run(groups: Sequence[Vector]) -> list[tuple[float, ...]]:
            size = trainer.num_generations = len(groups[0])
            rewards[:] = [float(reward) for group in groups for reward in group]
            scored = trainer._generate_and_score_completions([{"prompt": "a"} for _ in rewards])
            flat = [float(value) for value in scored["advantages"]]
            return [tuple(flat[start : start + size]) for start in range(0, len(flat), size)]

        yield run


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that transformers gives about its own settings, and torch when it is imported.

    >>> with quiet():
    ...     warnings.warn("soon gone", FutureWarning)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def build(option: str, folder: str, reward: Any, **settings: Any) -> Any:
    """The trainer of an option on a random model, writing to a folder; nothing is fetched from anywhere.

    Domain: an option as in `opened`; `settings` are those of TRL's configuration, over the ones chosen here.

    >>> from grpo_theory.interop.live import version
    >>> with quiet():
    ...     version("trl") is None or build("rloo", "unused", lambda completions, **_: []).beta == 0
    True
    """
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

    name, _, rest = option.partition(" ")
    chosen: dict[str, Any] = {"beta": 0.0, "max_completion_length": 1, "num_generations": 2}
    chosen |= {"output_dir": folder, "use_cpu": True, "report_to": "none", "per_device_train_batch_size": 4096}
    chosen |= {"disable_tqdm": True, "save_strategy": "no", "logging_strategy": "no", **settings}
    if rest.startswith("scale_rewards="):
        chosen["scale_rewards"] = rest.removeprefix("scale_rewards=")
    elif rest == "normalize_then_sum":
        chosen["multi_objective_aggregation"] = rest
    elif rest == "normalize_advantages":
        chosen["normalize_advantages"] = True
    kinds = {"grpo": (GRPOTrainer, GRPOConfig), "rloo": (RLOOTrainer, RLOOConfig)}
    trainer, config = kinds[name]
    prompts = Dataset.from_dict({"prompt": ["a"] * 8})
    model, tokenizer = _model(), _tokenizer()
    return trainer(
        model=model,
        reward_funcs=reward,
        args=config(**chosen),
        train_dataset=prompts,
        processing_class=tokenizer,
    )


def _model() -> Any:
    from transformers import GPT2Config, GPT2LMHeadModel

    special = {"bos_token_id": 1, "eos_token_id": 1, "pad_token_id": 0}
    return GPT2LMHeadModel(GPT2Config(vocab_size=4, n_positions=8, n_embd=8, n_layer=1, n_head=1, **special))


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"<pad>": 0, "<eos>": 1, "a": 2, "b": 3}, unk_token="a"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="<eos>")
