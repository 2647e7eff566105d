// SPDX-License-Identifier: Apache-2.0
// `linnet bench`: load on a server that sends every message back, and how well it bears it.
#include <array>
#include <cstdio>
#include <utility>

#include "linnet/codec/json.hpp"
#include "linnet/codec/url.hpp"
#include "port/linux/limits.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/client_options.hpp"
#include "tools/load/load_run.hpp"

namespace linnet::tools {
namespace {

constexpr std::uint64_t kMostConnections = 100'000;
constexpr std::uint64_t kMostSize = 16 * 1024 * 1024;
constexpr std::uint64_t kMostPipeline = 1024;
constexpr std::size_t kOwnDescriptors = 16;  // standard streams, epoll, eventfd, the resolver

constexpr const char* kFooter =
    "Every connection keeps --pipeline messages on their way and sends the next when one comes back, so the "
    "server\n"
    "must echo: `linnet serve` does at /echo. What is counted begins when all connections are open. Latency "
    "is "
    "from\n"
    "the call that sends to the message's arrival, queues on both sides included.\n"
    "Exit status: 0 all connections were served to the end; 1 not; 2 wrong usage. Ctrl-C ends it early and "
    "is "
    "no failure.";

/// Text of letters, or every byte: both look different at every place.
std::string make_message(std::size_t size, bool binary) {
  std::string message(size, '\0');
  std::uint32_t state = 20261128;
  for (char& byte : message) {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes' generator: no quality is needed
    byte = static_cast<char>(binary ? state >> 24 : 'a' + (state >> 24) % 26);
  }
  return message;
}

struct Figures {
  std::size_t connections;
  const LoadContext& context;
  const LoadResult& result;

  double seconds() const { return std::chrono::duration<double>(result.time).count(); }
  double per_second(std::uint64_t count) const {
    return result.time > 0s ? static_cast<double>(count) / seconds() : 0;
  }
  double messages_per_second() const { return per_second(context.answered); }
  double bytes_per_second() const { return per_second(context.answered * context.message.size()); }
  double milliseconds(unsigned per_mille) const {
    return std::chrono::duration<double, std::milli>(context.latency.percentile(per_mille)).count();
  }
};

void print_json(const Figures& figures) {
  const LoadContext& context = figures.context;
  std::array<char, 1024> buffer;
  json::Writer writer{std::span<char>{buffer}};
  writer.begin_object()
      .member("connections", figures.connections)
      .member("size", context.message.size())
      .member("type", context.type == ws::MessageType::text ? "text" : "binary")
      .member("pipeline", context.pipeline)
      .member("seconds", figures.seconds())
      .member("messages", context.answered)
      .member("messages_per_second", figures.messages_per_second())
      .member("bytes_per_second", figures.bytes_per_second());
  writer.key("latency_ms")
      .begin_object()
      .member("p50", figures.milliseconds(500))
      .member("p99", figures.milliseconds(990))
      .member("p999", figures.milliseconds(999))
      .member("max", figures.milliseconds(1000))
      .end_object();
  writer.member("failed", figures.result.failed).end_object();
  if (const auto text = writer.finish()) std::printf("%.*s\n", static_cast<int>(text->size()), text->data());
}

void print_text(const Figures& figures) {
  const LoadContext& context = figures.context;
  std::printf("%zu %s, %zu bytes of %s, %zu in flight on each, %.2f s\n", figures.connections,
              figures.connections == 1 ? "connection" : "connections", context.message.size(),
              context.type == ws::MessageType::text ? "text" : "binary", context.pipeline, figures.seconds());
  std::printf("messages  %.0f a second (%llu)\n", figures.messages_per_second(),
              static_cast<unsigned long long>(context.answered));
  std::printf("bytes     %.0f a second, of payload, each way\n", figures.bytes_per_second());
  std::printf("latency   p50 %.3f ms, p99 %.3f ms, p999 %.3f ms, max %.3f ms\n", figures.milliseconds(500),
              figures.milliseconds(990), figures.milliseconds(999), figures.milliseconds(1000));
}

}  // namespace

int bench(Arguments arguments) {
  ClientOptions client;
  std::optional<std::uint64_t> connections;
  std::optional<std::uint64_t> size;
  std::optional<std::uint64_t> pipeline;
  LoadTask task;
  bool binary = false;
  bool as_json = false;

  Options options{"bench", "Load on a server that echoes: messages per second, and latency.", kFooter};
  options.operand("URL", client.url, "ws://HOST[:PORT]/PATH of a server that echoes")
      .number("--connections", "N", connections, 1, kMostConnections, "at one time (1)")
      .number("--size", "BYTES", size, 0, kMostSize, "of each message (16)")
      .flag("--binary", binary, "binary messages, not text")
      .number("--pipeline", "D", pipeline, 1, kMostPipeline, "messages on their way on each connection (1)")
      .seconds("--seconds", task.time, 1ms, "for so long (10)")
      .flag("--json", as_json, "one JSON object instead of lines for people");
  client.declare(options);
  if (const auto status = options.parse(arguments)) return *status;
  if (const auto status = client.check(options)) return *status;
  for (const Options::Given& link : options.in_order({"--link"})) {
    if (link.value != "tcp") return options.misused("--link: load is made over tcp only");
  }
  if (!client.trace.empty()) return options.misused("--trace would measure itself; `linnet connect` has it");

  task.connections = static_cast<std::size_t>(connections.value_or(1));
  const auto url = codec::parse_url(client.url);
  if (url && url->secure() && task.connections > 1)
    return options.misused("--connections: over TLS only one, until a client of TLS serves many");
  client.start_tls(nullptr);
  const std::size_t descriptors = port::linux::raise_descriptor_limit();
  if (task.connections + kOwnDescriptors > descriptors) {
    return options.misused(concat("--connections ", task.connections, ": this system allows ", descriptors,
                                  " open descriptors; `ulimit -n` raises it"));
  }
  // One conversation of each connection: it neither connects again nor keeps what was not sent.
  const session::Config all = client.config(std::max<std::uint64_t>(size.value_or(16), 1), nullptr);
  LoadContext context{.config = session::conversation_config(all),
                      .message = make_message(static_cast<std::size_t>(size.value_or(16)), binary),
                      .type = binary ? ws::MessageType::binary : ws::MessageType::text,
                      .pipeline = static_cast<std::size_t>(pipeline.value_or(1))};
  port::linux::Poller poller;
  const LoadResult result = LoadRun{task, context, poller}.run();

  if (result.time > 0s) {
    const Figures figures{task.connections, context, result};
    as_json ? print_json(figures) : print_text(figures);
    std::fflush(stdout);
  }
  if (result.failure.empty() && result.failed == 0) return kDone;
  log::error(result.failed, " of ", task.connections, " connections failed; the first: ", result.failure);
  return kFailed;
}

}  // namespace linnet::tools
