//! The binary.

fn main() -> std::process::ExitCode {
    mllab::main()
}
