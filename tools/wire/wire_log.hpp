// SPDX-License-Identifier: Apache-2.0
// The log's view of what crosses each layer: sizes and steps, at level trace. Passes all on to a trace file.
#pragma once

#include "linnet/base/trace.hpp"
#include "tools/cli/log.hpp"

namespace linnet::tools {

class WireLog final : public Trace {
 public:
  /// `next`: borrowed, or null.
  explicit WireLog(Trace* next) noexcept : next_{next} {}

  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override {
    log::trace(layer, direction == Direction::in ? " in, " : " out, ", data.size(), " bytes");
    if (next_ != nullptr) next_->bytes(now, layer, direction, data);
  }
  void note(Instant now, std::string_view layer, std::string_view text) override {
    log::trace(layer, ": ", text);
    if (next_ != nullptr) next_->note(now, layer, text);
  }

 private:
  Trace* next_;
};

}  // namespace linnet::tools
