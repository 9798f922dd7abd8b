"""PyTensor Ops around numba kernels that return a value and its derivatives in one pass."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_default_op_cache_key


class KernelOp(Op):
    """An Op whose first output is a vector of log densities and whose others are derivatives.

    The derivatives are outputs so that they need not be computed again, and are not differentiable
    themselves. Subclasses name the kernel, the types of inputs and outputs, and write `pullback`.
    """

    __props__ = ()
    kernel: ClassVar[Callable[..., Any]]
    input_types: ClassVar[tuple[tuple[str, int], ...]]
    """Type and rank of each input."""
    output_ranks: ClassVar[tuple[int, ...]]
    n_differentiable: ClassVar[int]
    """The first so many inputs have a gradient."""

    def make_node(self, *inputs: Any) -> Apply:
        variables = [
            pt.as_tensor_variable(x, dtype=dtype)
            for x, (dtype, _) in zip(inputs, self.input_types, strict=True)
        ]
        for variable, (_, rank) in zip(variables, self.input_types, strict=True):
            if variable.ndim != rank:
                raise TypeError(f"{variable} has {variable.ndim} dimensions, expected {rank}")
        outputs = [pt.tensor(dtype="float64", shape=(None,) * rank) for rank in self.output_ranks]
        return Apply(self, variables, outputs)

    def perform(self, node: Apply, inputs: Sequence[Any], output_storage: Any) -> None:
        outputs = type(self).kernel(*(np.ascontiguousarray(x) for x in inputs))
        for storage, output in zip(output_storage, outputs, strict=True):
            storage[0] = output

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        # The derivative outputs count as connected, so that whoever depends on one is refused.
        return [
            [position < self.n_differentiable] * len(self.output_ranks)
            for position in range(len(self.input_types))
        ]


def refuse_second_derivatives(derivatives: Sequence[Variable]) -> None:
    """Raise if anything depends on the derivative outputs of a kernel."""
    if not all(isinstance(d.type, DisconnectedType) for d in derivatives):
        raise NotImplementedError("second derivatives of a compiled likelihood")


def compile_with_numba(op_type: type[KernelOp]) -> None:
    """Register the kernel as the numba implementation of the Op, under a key of its source."""
    kernel = op_type.kernel
    source = Path(inspect.getfile(getattr(kernel, "py_func", kernel))).read_bytes()
    version = int(hashlib.sha256(source).hexdigest()[:15], base=16)

    @register_funcify_default_op_cache_key(op_type)
    def funcify(op: KernelOp, **_: Any) -> tuple[Any, int]:
        @numba_njit
        def evaluate(*inputs):  # type: ignore[no-untyped-def]
            return kernel(*inputs)

        return evaluate, version
