// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_commands.hpp"

#include "linnet/codec/json.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {

std::string_view DeviceCommands::send(const Asker& asker, std::string_view device, std::string_view method,
                                      std::string_view params, Instant now) {
  PeerAddress to;
  std::uint64_t number = 0;
  if (const std::string_view why = enter(asker, device, method, now, to, number); !why.empty())
    return refuse(why);

  std::string request(params.size() + 6 * method.size() + 128, '\0');
  json::Writer writer{std::span<char>{request}};
  writer.begin_object().member("jsonrpc", "2.0").member("id", number).member("method", method);
  if (!params.empty()) writer.key("params").raw(params);
  const auto text = writer.end_object().finish();
  hub_->note("command", device, concat(method, params.empty() ? "" : " ", params), now);
  if (text && exchange_->post(to, *text)) return {};
  {
    const std::scoped_lock lock{mutex_};
    pending_.erase(number);
  }
  return refuse("the server is busy; try again");
}

/// Gives it a number and a place. Empty: done.
std::string_view DeviceCommands::enter(const Asker& asker, std::string_view device, std::string_view method,
                                       Instant now, PeerAddress& to, std::uint64_t& number) {
  if (method.empty() || method.size() > kLongestMethod) return "a method's name has 1 to 128 bytes";
  const auto where = hub_->find(device);
  if (!where) return "the device is not connected";
  to = *where;
  const std::scoped_lock lock{mutex_};
  if (pending_.size() >= kMost) return "too many commands wait for an answer";
  number = ++last_number_;
  pending_.emplace(number, Pending{.asker = asker,
                                   .to = to,
                                   .device = std::string{device},
                                   .method = std::string{method},
                                   .sent = now});
  ++counts_.sent;
  return {};
}

std::string_view DeviceCommands::refuse(std::string_view why) {
  const std::scoped_lock lock{mutex_};
  ++counts_.refused;
  return why;
}

bool DeviceCommands::answer(const Device& device, const PeerAddress& from, std::uint64_t number,
                            std::string_view what, std::string_view value, Instant now) {
  Pending done;
  {
    const std::scoped_lock lock{mutex_};
    const auto found = pending_.find(number);
    // Only the connection that was asked may answer.
    if (found == pending_.end() || found->second.to != from || found->second.lost) return false;
    done = std::move(found->second);
    pending_.erase(found);
    ++counts_.answered;
  }
  const Duration took = now - done.sent;
  hub_->note(what == "result" ? "answer" : "failed", hub_->id_of(device), concat(done.method, " ", value),
             now);
  if (!done.asker.console) return true;

  std::string message(value.size() + DeviceHub::kLongestId + 160, '\0');
  json::Writer writer{std::span<char>{message}};
  writer.begin_object().member("type", "answer").member("ref", done.asker.reference);
  writer.member("device", std::string_view{done.device})
      .member("took_ms", static_cast<double>(took.count()) / 1000);
  const auto text = writer.key(what).raw(value).end_object().finish();
  // A console whose loop has no room for it learns what happened from the journal.
  if (text) (void)exchange_->post(*done.asker.console, *text);
  return true;
}

void DeviceCommands::lose(const PeerAddress& device) {
  const std::scoped_lock lock{mutex_};
  for (auto& [number, pending] : pending_) {
    if (pending.to == device) pending.lost = true;
  }
}

void DeviceCommands::forget(const PeerAddress& console) {
  const std::scoped_lock lock{mutex_};
  std::erase_if(pending_, [&](const auto& each) { return each.second.asker.console == console; });
}

std::vector<DeviceCommands::Failure> DeviceCommands::take_failures(std::uint32_t loop, Instant now) {
  std::vector<Failure> failures;
  std::vector<std::string> notes;
  {
    const std::scoped_lock lock{mutex_};
    for (auto each = pending_.begin(); each != pending_.end();) {
      const Pending& pending = each->second;
      const auto& console = pending.asker.console;
      const bool late = now >= pending.sent + kTimeout;
      if ((console && console->loop != loop) || (!late && !pending.lost)) {
        ++each;
        continue;
      }
      const std::string_view why = pending.lost ? "the device went away" : "no answer within 10 s";
      notes.push_back(concat(pending.method, " ", why));
      failures.push_back({.console = console.value_or(PeerAddress{}),
                          .reference = pending.asker.reference,
                          .device = pending.device,
                          .why = why});
      ++counts_.failed;
      each = pending_.erase(each);
    }
  }
  for (std::size_t i = 0; i < failures.size(); ++i) hub_->note("failed", failures[i].device, notes[i], now);
  return failures;
}

DeviceCommands::Counts DeviceCommands::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

}  // namespace linnet::tools
