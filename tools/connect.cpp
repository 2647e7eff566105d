// SPDX-License-Identifier: Apache-2.0
// `linnet connect`: one WebSocket client.
#include <cerrno>
#include <cstring>

#include "linnet/codec/utf8.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/client_options.hpp"
#include "tools/client/connect_loop.hpp"
#include "tools/wire/trace_file.hpp"
#include "tools/wire/wire_log.hpp"

namespace linnet::tools {
namespace {

constexpr std::uint64_t kMaxMessage = 64ull * 1024 * 1024;
constexpr std::uint64_t kMostMaxMessage = 1024ull * 1024 * 1024;

constexpr const char* kFooter =
    "Without --send, --send-file or --echo each line of standard input is sent as a text message; the end of "
    "the\n"
    "file closes with 1000, unless --receive still waits. After --send and --send-file the connection is "
    "closed with\n"
    "1000 once all has been sent, unless --receive or --echo keep it open.\n"
    "LINNET_AUTHORIZATION in the environment is sent as the Authorization field.\n"
    "Exit status: 0 all was done and the close was clean; 1 not; 2 wrong usage. Ctrl-C closes and is no "
    "failure.";

/// --send and --send-file as they stand on the command line. Says what is wrong with them.
std::string read_messages(const Options& options, bool binary, std::vector<Outgoing>& messages) {
  for (const Options::Given& given : options.in_order({"--send", "--send-file"})) {
    Outgoing message{.type = ws::MessageType::text, .bytes = given.value};
    if (given.name == "--send-file") {
      auto content = read_file(given.value, kMostMaxMessage);
      if (!content) return concat("--send-file ", given.value, ": ", content.error());
      message.bytes = std::move(*content);
      if (binary) message.type = ws::MessageType::binary;
    }
    codec::Utf8Validator validator;
    if (message.type == ws::MessageType::text &&
        !(validator.accept(as_bytes(message.bytes)) && validator.complete())) {
      return given.name == "--send"
                 ? std::string{"--send: this is not UTF-8, and so cannot be a text message; --send-file FILE --binary sends any bytes"}
                 : concat("--send-file ", given.value, ": it is not UTF-8, and so cannot be a text message; --binary sends any bytes");
    }
    messages.push_back(std::move(message));
  }
  return {};
}

Format parse_format(std::string_view name) {
  return name == "jsonl" ? Format::jsonl : name == "raw" ? Format::raw : Format::text;
}

}  // namespace

int connect(Arguments arguments) {
  ClientOptions client;
  ConnectTask task;
  bool binary = false;
  bool no_deflate = false;
  std::string format = "text";
  std::optional<std::uint64_t> max_message;
  std::vector<std::string> given;  // looked at in their order, later

  Options options{"connect", "One WebSocket client: sends, receives, reports.", kFooter};
  options.operand("URL", client.url, "wss://[USER:PASSWORD@]HOST[:PORT][/PATH]")
      .list("--send", "TEXT", given, "sends a text message; may be repeated")
      .list("--send-file", "FILE", given, "sends a file as one message; may be repeated")
      .flag("--binary", binary, "files are sent as binary messages, not as text")
      .flag("--echo", task.echo, "sends each message back unchanged, until the peer closes")
      .number("--receive", "N", task.receive, 1, UINT64_MAX, "closes with 1000 after N messages")
      .choice("--format", {"text", "jsonl", "raw"}, format, "of what is received (text)")
      .number("--max-message", "BYTES", max_message, 1, kMostMaxMessage, "longer ones are refused (67108864)")
      .flag("--no-deflate", no_deflate, "no compression; there is none yet")
      .flag("--reconnect", task.reconnect,
            "connects again after everything but our own close and the hopeless, until --receive is met")
      .number("--max-attempts", "N", task.max_attempts, 1, UINT32_MAX,
              "with --reconnect: gives up when so many in a row have failed");
  client.declare(options);

  if (const auto status = options.parse(arguments)) return *status;
  if (const auto status = client.check(options)) return *status;
  if (const std::string wrong = read_messages(options, binary, task.messages); !wrong.empty())
    return options.misused(wrong);
  if (binary && !options.is_given("--send-file"))
    return options.misused("--binary is about --send-file, and there is none");
  if (task.max_attempts && !task.reconnect)
    return options.misused("--max-attempts is about --reconnect, which is not given");
  task.lines = task.messages.empty() && !task.echo;
  task.max_message = max_message.value_or(kMaxMessage);
  task.format = parse_format(format);

  port::linux::Poller poller;
  std::optional<TraceFile> file;
  if (!client.trace.empty()) {
    file.emplace(client.trace, poller.now());
    if (!file->is_open())
      return options.misused(concat("--trace ", client.trace, ": ", std::strerror(errno)));
  }
  WireLog wire{file ? &*file : nullptr};
  const bool is_watched = file || log::shows(Level::trace);
  client.start_tls(is_watched ? &wire : nullptr);
  return ConnectLoop{client, task, poller, is_watched ? &wire : nullptr}.run();
}

}  // namespace linnet::tools
