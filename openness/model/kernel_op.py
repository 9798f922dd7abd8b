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

from openness.model.signature import array_types


class KernelOp(Op):
    """An Op with outputs: a log density, its derivatives, and the parts that it is the sum of.

    The derivatives are outputs so that they need not be computed again. Neither they nor the parts
    are differentiable themselves. Subclasses name the kernel and two structures, annotated as in
    `openness.model.signature`: the inputs are the fields of the first, then those of the second.
    """

    __props__ = ()
    kernel: ClassVar[Callable[..., Any]]
    """Takes both structures; returns the total, derivatives as the first of them, and the parts."""
    parameters: ClassVar[type]
    """What has a gradient."""
    evidence: ClassVar[type]
    """What has none. There are as many parts as its first field has rows."""

    @classmethod
    def input_types(cls) -> list[tuple[str, int]]:
        """Return type and rank of each input."""
        types = [*array_types(cls.parameters), *array_types(cls.evidence)]
        return [(dtype, len(dims)) for dtype, dims in types]

    @classmethod
    def n_differentiable(cls) -> int:
        """Return how many inputs have a gradient; they come first."""
        return len(array_types(cls.parameters))

    def make_node(self, *inputs: Any) -> Apply:
        types = self.input_types()
        variables = [
            pt.as_tensor_variable(x, dtype=dtype).astype(dtype)
            for x, (dtype, _) in zip(inputs, types, strict=True)
        ]
        for variable, (_, rank) in zip(variables, types, strict=True):
            if variable.ndim != rank:
                raise TypeError(f"{variable} has {variable.ndim} dimensions, expected {rank}")
        ranks = [rank for _, rank in types[: self.n_differentiable()]]
        outputs = [pt.tensor(dtype="float64", shape=(None,) * rank) for rank in (0, *ranks, 1)]
        return Apply(self, variables, outputs)

    def perform(self, node: Apply, inputs: Sequence[Any], output_storage: Any) -> None:
        arrays, n = [np.ascontiguousarray(x) for x in inputs], self.n_differentiable()
        parameters, evidence = self.parameters(*arrays[:n]), self.evidence(*arrays[n:])
        total, gradient, parts = type(self).kernel(parameters, evidence)
        for storage, output in zip(output_storage, (total, *gradient, parts), strict=True):
            storage[0] = np.asarray(output)

    def infer_shape(self, node: Apply, shapes: Sequence[Any]) -> list[Any]:
        n = self.n_differentiable()
        return [(), *shapes[:n], shapes[n][:1]]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        # The derivative outputs count as connected, so that whoever depends on one is refused.
        n = self.n_differentiable()
        return [[position < n] * len(node.outputs) for position in range(len(node.inputs))]

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
        n = self.n_differentiable()
        derivatives: Any = outputs[1 : 1 + n]
        return [
            *(of_total * derivative for derivative in derivatives),
            *(disconnected_type() for _ in inputs[n:]),
        ]


def compile_with_numba(op_type: type[KernelOp]) -> None:
    """Register the kernel as the numba implementation of the Op.

    The key of the compiled code is the source of this folder: kernels call each other, and numba's
    own cache looks at one file only.
    """
    kernel, n = op_type.kernel, op_type.n_differentiable()
    parameters, evidence = op_type.parameters, op_type.evidence

    @register_funcify_default_op_cache_key(op_type)
    def funcify(op: KernelOp, **_: Any) -> tuple[Any, int]:
        @numba_njit
        def evaluate(*inputs):  # type: ignore[no-untyped-def]
            total, gradient, parts = kernel(parameters(*inputs[:n]), evidence(*inputs[n:]))
            return (np.asarray(total), *gradient[:], parts)

        return evaluate, _source_key()


@cache
def _source_key() -> int:
    source = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return int(hashlib.sha256(source).hexdigest()[:15], base=16)
