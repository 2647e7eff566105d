// SPDX-License-Identifier: Apache-2.0
// Which commands there are: const tables, one a group, each with the models that know it, the forms it takes,
// what AT+NAME=? answers, and the function behind it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/modem/command.hpp"
#include "tools/modem/profile.hpp"
#include "tools/modem/voice.hpp"

namespace linnet::emulator {

class Modem;

struct Entry {
  std::string_view name;
  std::uint8_t models = every_model;
  std::uint8_t forms = Command::execute;
  Outcome (*run)(Modem&, const Command&) = nullptr;
  std::string_view test{};      // {links}, {rates} and {ifc} stand for the profile's
  std::string_view standard{};  // of a setting that is only kept: its value after power-on
};

// The groups.
std::span<const Entry> general_commands() noexcept;
std::span<const Entry> line_commands() noexcept;
std::span<const Entry> sim_commands() noexcept;
std::span<const Entry> radio_commands() noexcept;
std::span<const Entry> packet_commands() noexcept;
std::span<const Entry> network_commands() noexcept;
std::span<const Entry> socket_commands() noexcept;
std::span<const Entry> transfer_commands() noexcept;
std::span<const Entry> transparent_commands() noexcept;
std::span<const Entry> secure_commands() noexcept;
std::span<const Entry> kept_settings() noexcept;

/// Null: this model does not know it.
const Entry* find_command(std::string_view name, Model model) noexcept;

std::string test_answer(const Entry& entry, const Modem& modem);

/// Keeps what it is told if the range in `test` allows it, and tells it when asked.
Outcome keep_setting(Modem& modem, const Command& command);

/// "+CME ERROR: SIM busy" without its head (M767 section 25.3).
std::string_view cme_text(int code) noexcept;

}  // namespace linnet::emulator
