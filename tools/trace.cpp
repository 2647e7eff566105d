// SPDX-License-Identifier: Apache-2.0
// `linnet trace`: shows for people what --trace recorded (tools/wire/trace_file.hpp).
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/json.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/wire/trace_decoder.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kLongestLine = 1024 * 1024;  // the recorder's are a tenth of it

class TraceView {
 public:
  explicit TraceView(std::string layer) : only_{std::move(layer)} {}

  /// Says what is wrong with the line; empty: nothing.
  std::string_view show(std::string_view line);
  void finish();

 private:
  struct Flow {
    std::string layer;
    bool is_in = false;
    TraceDecoder decoder;
  };

  std::string_view show_bytes(std::string_view line, const std::string& layer);
  Flow& flow(const std::string& layer, bool is_in);
  void finish_flows();
  void print(std::string_view layer, std::string_view sign, std::string_view text);

  std::string only_;
  std::vector<Flow> flows_;
  std::vector<std::byte> bytes_;
  double time_ = 0;
  double printed_ = 0;  // when the last entry was
};

std::string text_member(std::string_view line, std::string_view name) {
  const auto value = json::member(line, name);
  if (!value || value->kind != json::Value::string) return {};
  std::string buffer(value->raw.size(), '\0');
  const auto text = json::to_text(value->raw, buffer);
  return text ? std::string{*text} : std::string{};
}

std::string_view TraceView::show(std::string_view line) {
  const auto whole = json::parse(line);
  if (!whole || whole->kind != json::Value::object) return "is no JSON object";
  const auto time = json::member(line, "t");
  const auto seconds = time ? json::to_double(time->raw) : Result<double>{fail(Errc::malformed_json)};
  if (!seconds) return "has no time \"t\"";
  const std::string layer = text_member(line, "layer");
  if (layer.empty()) return "has no \"layer\"";
  if (!only_.empty() && layer != only_) return {};
  time_ = *seconds;
  if (const auto note = json::member(line, "note"); note && note->kind == json::Value::string) {
    const std::string text = text_member(line, "note");
    if (text == "connecting") finish_flows();
    print(layer, "·", printable(text, text.size()));
    return {};
  }
  return show_bytes(line, layer);
}

std::string_view TraceView::show_bytes(std::string_view line, const std::string& layer) {
  const std::string direction = text_member(line, "dir");
  if (direction != "in" && direction != "out") return R"(has neither a "note" nor a "dir" of in or out)";
  const auto data = json::member(line, "data_base64");
  if (!data || data->kind != json::Value::string) return "has no \"data_base64\"";
  const std::string encoded = text_member(line, "data_base64");
  bytes_.resize(encoded.size());
  const auto decoded = codec::base64_decode(encoded, bytes_);
  if (!decoded) return "has a \"data_base64\" that is not Base64";
  const bool is_in = direction == "in";
  if (layer == "at") {  // a modem's commands and answers: text, payload is not among it
    print(layer, is_in ? "←" : "→", printable(as_text(*decoded), decoded->size()));
    return {};
  }
  for (const std::string& entry : flow(layer, is_in).decoder.decode(*decoded))
    print(layer, is_in ? "←" : "→", entry);
  return {};
}

TraceView::Flow& TraceView::flow(const std::string& layer, bool is_in) {
  for (Flow& one : flows_) {
    if (one.layer == layer && one.is_in == is_in) return one;
  }
  return flows_.emplace_back(Flow{.layer = layer, .is_in = is_in, .decoder = {}});
}

void TraceView::finish_flows() {
  for (Flow& one : flows_) {
    for (const std::string& entry : one.decoder.finish()) print(one.layer, one.is_in ? "←" : "→", entry);
  }
}

void TraceView::finish() {
  finish_flows();
}

void TraceView::print(std::string_view layer, std::string_view sign, std::string_view text) {
  char stamp[64];
  std::snprintf(stamp, sizeof stamp, "%11.6f %+10.6f  ", time_, time_ - printed_);
  printed_ = time_;
  const std::string line = concat(stamp, layer, " ", sign, " ", text, "\n");
  std::fwrite(line.data(), 1, line.size(), stdout);
}

/// Reads line by line; returns how many were wrong.
std::size_t show_file(std::FILE* file, const std::string& name, TraceView& view) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kLongestLine + 2);
  std::size_t wrong = 0;
  bool skipping = false;
  for (std::size_t number = 1; std::fgets(buffer.get(), kLongestLine + 2, file) != nullptr;) {
    std::string_view line{buffer.get()};
    const bool whole = line.ends_with('\n');
    if (whole) line.remove_suffix(1);
    std::string_view what;
    if (skipping) {
      what = {};
    } else if (!whole && std::feof(file) == 0) {
      what = line.size() > kLongestLine ? "is too long" : "has a zero byte";
    } else if (!line.empty()) {
      what = view.show(line);
    }
    skipping = !whole && line.size() > kLongestLine;
    if (!what.empty()) {
      ++wrong;
      std::fflush(stdout);
      log::warn(name, ":", number, ": the line ", what);
    }
    if (!skipping) ++number;
  }
  view.finish();
  return wrong;
}

}  // namespace

int trace(Arguments arguments) {
  std::string name;
  std::string layer;
  Options options{"trace", "Shows what --trace recorded: times, directions, HTTP heads, WebSocket frames."};
  options.operand("FILE", name, "what --trace has written")
      .text("--layer", "NAME", layer, "only this one: tcp, tls, at, session");
  if (const auto status = options.parse(arguments)) return *status;

  std::FILE* const file = std::fopen(name.c_str(), "re");
  if (file == nullptr) {
    log::error(name, ": ", std::strerror(errno), "; FILE is what --trace FILE has written");
    return kFailed;
  }
  TraceView view{layer};
  const std::size_t wrong = show_file(file, name, view);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  std::fflush(stdout);
  if (failed) {
    log::error(name, " cannot be read: is it a file?");
  } else if (wrong > 0) {
    log::error(name, ": ", wrong, wrong == 1 ? " line is" : " lines are", " not what --trace writes");
  }
  return failed || wrong > 0 ? kFailed : kDone;
}

}  // namespace linnet::tools
