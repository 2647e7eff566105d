// SPDX-License-Identifier: Apache-2.0
// The floor under every implementation: bytes are copied where the rules ask for a copy, and handed on.
// No header is looked at and nothing is masked or checked, so its output is not compared with anything.
#include <cstring>

#include "measure.hpp"

namespace bench {

namespace {

char buffer[65536 + 14];

struct Copy {
  Bytes frame;
  bool text;
  std::size_t header;
  void operator()() const {
    std::memcpy(buffer, frame.data(), frame.size());
    deliver(buffer + header, frame.size() - header, text);
  }
};

struct Encode {
  Bytes frame;  // header and payload as they leave
  void operator()() const {
    std::memcpy(buffer, frame.data(), frame.size());
    const iovec part{buffer, frame.size()};
    write_out(&part, 1);
  }
};

struct Gather {
  Bytes payload;
  void operator()() const {
    const iovec parts[2] = {{buffer, 10}, {const_cast<char*>(payload.data()), payload.size()}};
    write_out(parts, 2);
  }
};

}  // namespace
}  // namespace bench

int main() {
  using namespace bench;
  for (const Case& row : all_cases()) {
    const std::string payload = payload_of(row);
    const std::string frame = frame_of(row, true);
    Copy copy{frame, row.content != Content::binary, frame.size() - payload.size()};
    Encode encode{frame};
    Gather gather{payload};
    switch (row.direction) {
      case Direction::server_parse: count(row, copy); break;
      case Direction::client_encode: count(row, encode); break;
      case Direction::server_encode: count(row, gather); break;
    }
  }
  return 0;
}
