// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/address_options.hpp"

namespace linnet::emulator::ppp {
namespace {

enum Type : std::uint8_t { address = 3, first_name_server = 129, second_name_server = 131 };

}  // namespace

std::string AddressOptions::wanted() const {
  std::string options;
  if (tells_own_) put_option(options, address, addresses_.gateway);
  return options;
}

void AddressOptions::refused(const Option& option, bool is_reject) noexcept {
  // A nak has another address for us, which we do not take.
  if (option.type == address && is_reject) tells_own_ = false;
}

Verdict AddressOptions::judge(const Option& option) const {
  std::uint32_t right = 0;
  switch (option.type) {
    case address: right = addresses_.host; break;
    case first_name_server:
    case second_name_server: right = addresses_.name_server; break;  // there is one; it answers twice
    default: return {Verdict::reject, {}};                           // header compression, NetBIOS
  }
  if (option.data.size() == 4 && load_be32(option.data.data()) == right) return {};
  Verdict verdict{Verdict::nak, {}};
  put_option(verdict.better, option.type, right);
  return verdict;
}

}  // namespace linnet::emulator::ppp
