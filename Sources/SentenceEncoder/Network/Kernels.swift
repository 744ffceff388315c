import CSentenceEncoder

/// The loops for one kind of processor.
public struct Kernels: Sendable {
    // A table of functions in the program itself.
    nonisolated(unsafe) let functions: UnsafePointer<sentence_kernels>

    /// What the processor has to have for them: `portable` or `avx2`.
    public var name: String { String(cString: self.functions.pointee.name) }

    /// Those that this processor can run, the fastest first, `portable` last.
    public static let usable: [Kernels] = {
        var usable: [Kernels] = []
        while let functions = sentence_kernels_usable(usable.count) { usable.append(Kernels(functions: functions)) }
        return usable
    }()

    init(functions: UnsafePointer<sentence_kernels>) { self.functions = functions }
}

/// Rows of numbers that a workspace holds or a model points to.
typealias Rows = UnsafeMutablePointer<Float>

extension Kernels {
    /// `output = input * weightᵀ + bias` for each row.
    func apply(_ linear: Linear, to input: Rows, rows: Int, into output: Rows) {
        self.functions.pointee.multiply(
            input,
            linear.inputs,
            linear.weight.numbers,
            linear.inputs,
            linear.bias.numbers,
            1,
            output,
            linear.outputs,
            rows,
            linear.outputs,
            linear.inputs
        )
    }

    /// Adds `more` to `rows` of numbers and brings each row to the norm.
    func normalise(_ values: Rows, adding more: Rows?, _ norm: Norm, _ epsilon: Float, rows: Int, hidden: Int) {
        self.functions.pointee.normalise(values, more, norm.weight.numbers, norm.bias.numbers, epsilon, rows, hidden)
    }

    func activate(_ values: Rows, _ count: Int, _ activation: NetworkShape.Activation) {
        switch activation {
        case .gelu: self.functions.pointee.gelu(values, count)
        case .geluTanh: self.functions.pointee.gelu_tanh(values, count)
        case .relu: self.functions.pointee.relu(values, count)
        }
    }
}
