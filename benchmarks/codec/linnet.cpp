// SPDX-License-Identifier: Apache-2.0
// Linnet's connection, driven by the loop of its header: receive, poll until nothing comes, output, sent.
// Small messages are copied into the workspace; a server's large one stays where it is (send_borrowed), as
// design page and header have it. Masking keys: the kernel's CSPRNG, batched.
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "linnet/base/bytes.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/time.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/event.hpp"
#include "linnet/ws/workspace.hpp"
#include "measure.hpp"

namespace {

namespace ws = linnet::ws;

class KernelEntropy final : public linnet::Entropy {
 public:
  void fill(linnet::MutableBytes out) noexcept override { bench::random_bytes(out.data(), out.size()); }
};

class Linnet {
 public:
  Linnet() { server_.attach(&server_workspace_); }

  void parse(bench::Bytes frame) {
    std::memcpy(input_.data(), frame.data(), frame.size());
    if (!server_.receive({input_.data(), frame.size()})) std::abort();
    while (const std::optional<ws::Event> event = server_.poll(now_)) {
      if (!event->is_whole()) std::abort();
      bench::deliver(event->payload.data(), event->payload.size(), event->type == ws::MessageType::text);
    }
  }

  void client_encode(bench::Bytes payload) {
    if (!client_.send_binary(linnet::as_bytes(payload))) std::abort();
    if (bench::hand_over_due) write_gathered(client_);
  }

  void server_encode(bench::Bytes payload) {
    if (payload.size() >= 4096) return lend(payload);  // over a page a gathered write is cheaper than a copy
    if (!server_.send_binary(linnet::as_bytes(payload))) std::abort();
    if (bench::hand_over_due) write_gathered(server_);
  }

 private:
  template <typename Connection>
  static void write(Connection& connection) {
    // A part is a pointer and a length, as writev wants it.
    static_assert(sizeof(iovec) == sizeof(linnet::Bytes));
    const ws::Output output = connection.output();
    bench::write_out(reinterpret_cast<const iovec*>(output.parts.data()), output.parts.size());
    connection.sent(output.size());
  }
  [[gnu::noinline]] void lend(bench::Bytes payload) {
    if (!server_.send_borrowed(ws::MessageType::binary, linnet::as_bytes(payload))) std::abort();
    write(server_);
  }
  /// Apart from those who send, as in a program whose loop writes what has come together.
  template <typename Connection>
  [[gnu::noinline]] static void write_gathered(Connection& connection) {
    write(connection);
  }

  static constexpr std::size_t kLargest = 65536;

  const linnet::Instant now_{std::chrono::seconds{1}};
  const ws::ConnectionConfig config_{};
  KernelEntropy entropy_;
  std::array<std::byte, kLargest + ws::kMaxHeaderSize> input_;
  std::array<std::byte, kLargest + ws::kMaxHeaderSize + ws::Workspace::kControlReserve> client_storage_;
  std::array<std::byte, 65536> server_storage_;
  ws::Workspace client_workspace_{client_storage_};
  ws::Workspace server_workspace_{server_storage_};
  ws::Connection<ws::Role::server> server_{config_, now_};
  ws::Connection<ws::Role::client> client_{config_, entropy_, client_workspace_, now_};
};

}  // namespace

int main() {
  static Linnet linnet;  // its buffers are larger than a stack likes
  return bench::run(linnet);
}
