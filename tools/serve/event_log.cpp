// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/event_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "linnet/codec/json.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

/// One number for an id: its own two where it is one of ours, else FNV-1a of 64 bits over its text.
std::uint64_t number_of(std::string_view id) {
  if (id.size() > 2 && id.front() == '"') {
    if (const auto ours = session::decode_id(id.substr(1, id.size() - 2))) {
      return std::uint64_t{ours->epoch} << 32 | ours->sequence;
    }
  }
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char each : id) hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3u;
  return hash;
}

std::string time_of_day() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 40> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const int more = std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(ms));
  return {text.data(), size + static_cast<std::size_t>(more)};
}

bool write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(file, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace

EventLog::~EventLog() {
  if (file_ >= 0) ::close(file_);
}

std::expected<void, std::string> EventLog::open(const std::string& name) {
  file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) return std::unexpected{concat(name, ": ", std::strerror(errno))};
  struct stat status{};
  if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode))
    return {};       // a pipe, say, has nothing to read
  std::string rest;  // a line that is not whole yet
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    const ssize_t got = ::read(file_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected{concat(name, ": ", std::strerror(errno))};
    if (got == 0) break;
    rest.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
      read_line(std::string_view{rest}.substr(begin, end - begin));
      begin = end + 1;
    }
    rest.erase(0, begin);
  }
  is_torn_ = !rest.empty();
  return {};
}

/// What is no line of ours (half a line of a server that was killed, say) is passed over.
void EventLog::read_line(std::string_view line) {
  const auto whole = json::parse(line);
  if (!whole) return;
  const auto device = json::member(whole->raw, "device");
  const auto id = json::member(whole->raw, "id");
  if (!device || !id || device->kind != json::Value::string) return;
  std::array<char, 256> text;
  if (const auto name = json::to_text(device->raw, text)) remember(window_of(*name), number_of(id->raw));
}

EventLog::Taken EventLog::take(std::string_view device, std::string_view id, std::string_view params) {
  const std::scoped_lock lock{mutex_};
  Window& window = window_of(device);
  if (!remember(window, number_of(id))) {
    ++counts_.duplicates;
    return Taken::duplicate;
  }
  if (!write(device, id, params)) {
    forget_last(window);
    ++counts_.failed;
    return Taken::failed;
  }
  ++counts_.accepted;
  return Taken::accepted;
}

bool EventLog::write(std::string_view device, std::string_view id, std::string_view params) {
  if (file_ < 0) return true;
  // A device's id needs no escapes (DeviceHub::is_id), and the rest is JSON already.
  std::string line = concat(R"({"device":")", device, R"(","id":)", id, R"(,"at":")", time_of_day(),
                            R"(","params":)", params, "}");
  // In well-formed JSON these are blanks between values.
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  line = concat(is_torn_ ? "\n" : "", line, "\n");
  is_torn_ = !write_whole(file_, line);
  return !is_torn_;
}

EventLog::Window& EventLog::window_of(std::string_view device) {
  if (const auto found = by_device_.find(device); found != by_device_.end()) {
    windows_.splice(windows_.end(), windows_, found->second);
    return *found->second;
  }
  if (windows_.size() == kMostDevices) {
    by_device_.erase(windows_.front().device);
    windows_.pop_front();
  }
  Window& added = windows_.emplace_back();
  added.device = device;
  by_device_.emplace(added.device, std::prev(windows_.end()));
  return added;
}

/// False: it was there.
bool EventLog::remember(Window& window, std::uint64_t id) {
  if (std::ranges::find(window.ids, id) != window.ids.end()) return false;
  if (window.ids.size() < kWindow) {
    window.ids.push_back(id);
    window.next = window.ids.size() % kWindow;
  } else {
    window.ids[window.next] = id;
    window.next = (window.next + 1) % kWindow;
  }
  return true;
}

/// The one that remember() has just added; the place that it took stays empty (no id is zero).
void EventLog::forget_last(Window& window) {
  window.next = (window.next + kWindow - 1) % kWindow;
  if (window.next == window.ids.size() - 1) {
    window.ids.pop_back();
  } else {
    window.ids[window.next] = 0;
  }
}

EventLog::Counts EventLog::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

}  // namespace linnet::tools
