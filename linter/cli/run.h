// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace resilint::cli {

// The whole program: reads the arguments, runs one command, returns the exit code of the design's
// section 6 (0 nothing to report, 1 findings, 2 the job was not done).
int run(int argc, char** argv);

}  // namespace resilint::cli
