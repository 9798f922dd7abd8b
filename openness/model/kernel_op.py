"""PyTensor Ops around numba kernels that return a value and its derivatives in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType, disconnected_type
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_default_op_cache_key


class KernelOp(Op):
    """An Op with outputs: a log density, its derivatives, and the parts that it is the sum of.

    The derivatives are outputs so that they need not be computed again. Neither they nor the parts
    are differentiable themselves. Subclasses name the kernel and the types of its inputs.
    """

    __props__ = ()
    kernel: ClassVar[Callable[..., Any]]
    input_types: ClassVar[tuple[tuple[str, int], ...]]
    """Type and rank of each input."""
    n_differentiable: ClassVar[int]
    """The first so many inputs have a gradient."""
    counts_parts: ClassVar[int]
    """Position of an input with as many rows as there are parts."""

    def make_node(self, *inputs: Any) -> Apply:
        variables = [
            pt.as_tensor_variable(x, dtype=dtype).astype(dtype)
            for x, (dtype, _) in zip(inputs, self.input_types, strict=True)
        ]
        for variable, (_, rank) in zip(variables, self.input_types, strict=True):
            if variable.ndim != rank:
                raise TypeError(f"{variable} has {variable.ndim} dimensions, expected {rank}")
        ranks = [rank for _, rank in self.input_types[: self.n_differentiable]]
        outputs = [pt.tensor(dtype="float64", shape=(None,) * rank) for rank in (0, *ranks, 1)]
        return Apply(self, variables, outputs)

    def perform(self, node: Apply, inputs: Sequence[Any], output_storage: Any) -> None:
        outputs = type(self).kernel(*(np.ascontiguousarray(x) for x in inputs))
        for storage, output in zip(output_storage, outputs, strict=True):
            storage[0] = np.asarray(output)

    def infer_shape(self, node: Apply, shapes: Sequence[Any]) -> list[Any]:
        return [(), *shapes[: self.n_differentiable], shapes[self.counts_parts][:1]]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        # The derivative outputs count as connected, so that whoever depends on one is refused.
        return [
            [position < self.n_differentiable] * len(node.outputs)
            for position in range(len(self.input_types))
        ]

    def pullback(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        cotangents: Sequence[Variable],
    ) -> list[Variable]:
        of_total: Any
        of_total, *others = cotangents
        if not all(isinstance(cotangent.type, DisconnectedType) for cotangent in others):
            raise NotImplementedError("second derivatives of a compiled likelihood")
        derivatives: Any = outputs[1 : 1 + self.n_differentiable]
        return [
            *(of_total * derivative for derivative in derivatives),
            *(disconnected_type() for _ in inputs[self.n_differentiable :]),
        ]


def compile_with_numba(op_type: type[KernelOp]) -> None:
    """Register the kernel as the numba implementation of the Op.

    The key of the compiled code is the source of this folder: kernels call each other, and numba's
    own cache looks at one file only.
    """
    kernel = op_type.kernel

    @register_funcify_default_op_cache_key(op_type)
    def funcify(op: KernelOp, **_: Any) -> tuple[Any, int]:
        @numba_njit
        def evaluate(*inputs):  # type: ignore[no-untyped-def]
            outputs = kernel(*inputs)
            return (np.asarray(outputs[0]), *outputs[1:])

        return evaluate, _source_key()


@cache
def _source_key() -> int:
    source = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return int(hashlib.sha256(source).hexdigest()[:15], base=16)
