// SPDX-License-Identifier: Apache-2.0
// A client of TLS whose server is the input, in any cuts; and what is read back of exported sessions. Nothing
// is random, so that an input repeats. Properties: a server without a key is never let in; a failure has
// words and an error, the same for every cut; the client is as good as new afterwards.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "linnet/net/fault.hpp"
#include "linnet/net/memory.hpp"
#include "linnet/tls/client.hpp"

namespace {

using namespace linnet;

void check(bool holds) {
  if (!holds) std::abort();
}

/// Bytes that look random, and are the same each time: one's secrets are of no worth here.
class Counter final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<std::byte>(state_ >> 56);
    }
  }
  void restart() noexcept { state_ = 1; }

 private:
  std::uint64_t state_ = 1;
};

struct End {
  tls::Problem problem{};
  Error error{};
  std::string words;
  friend bool operator==(const End&, const End&) = default;
};

End meet(tls::Client& client, Counter& entropy, Bytes input, std::size_t limit) {
  entropy.restart();
  static std::byte forth[16'384];
  static std::byte back[65'536];
  net::MemoryPair pair{forth, back};
  net::FaultStream cut{pair.first(), {.read_limit = limit}};
  const auto secured = client.secure(cut, "fuzz.test", Instant{});
  check(secured.has_value());
  net::Stream& stream = **secured;
  check(*pair.second().write({&input, 1}) == input.size());
  pair.second().shutdown_write();
  for (std::size_t i = 0; i < input.size() + 16 && stream.state() == net::Stream::State::opening; ++i)
    stream.poll(Instant{});
  check(stream.state() == net::Stream::State::closed);
  std::byte none[8];
  const auto read = stream.read(none);
  check(!read && !client.failure().empty());
  End end{client.problem(), read.error(), std::string{client.failure()}};
  stream.close();
  return end;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Counter entropy;
  static tls::Client client{{.insecure = true}, entropy};
  static std::byte room[64];
  static const Bytes nothing =
      Bytes{room}.first(client.export_sessions(room).value_or(0));  // the seal of none
  if (size == 0 || size > 60'000) return 0;
  const Bytes input{reinterpret_cast<const std::byte*>(data), size};
  check(meet(client, entropy, input, 65'536) == meet(client, entropy, input, 1 + input.size() % 37));
  // Sealed by no key, so that a fuzzer that looks at comparisons makes seals. What is taken is what is given
  // back.
  if (client.import_sessions(input)) {
    static std::byte again[65'536];
    const auto taken = client.export_sessions(again);
    check(taken && std::ranges::equal(Bytes{again}.first(*taken), input));
    check(client.import_sessions(nothing).has_value());  // as good as new
  }
  return 0;
}
