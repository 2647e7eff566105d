// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/peer.hpp"

#include "linnet/server/server.hpp"

namespace linnet::server {

Slot* Peer::live() const noexcept {
  return slot_ != nullptr && slot_->phase == Phase::websocket && slot_->generation == generation_ ? slot_
                                                                                                  : nullptr;
}

PeerId Peer::id() const noexcept {
  return slot_ != nullptr ? PeerId{server_->peers_.index_of(*slot_), generation_} : PeerId{};
}

bool Peer::is_open() const noexcept {
  const Slot* const slot = live();
  return slot != nullptr && slot->connection.state() == ws::State::open;
}

Result<void> Peer::send(ws::MessageType type, Bytes payload) {
  Slot* const slot = live();
  return slot != nullptr ? server_->send(*slot, type, payload) : fail(Errc::bad_state);
}

Result<void> Peer::send_part(ws::MessageType type, Bytes payload, bool last) {
  Slot* const slot = live();
  return slot != nullptr ? server_->send_part(*slot, type, payload, last) : fail(Errc::bad_state);
}

Result<void> Peer::ping(Bytes payload) {
  Slot* const slot = live();
  return slot != nullptr ? server_->ping(*slot, payload) : fail(Errc::bad_state);
}

Result<void> Peer::close(ws::CloseCode code, std::string_view reason) {
  Slot* const slot = live();
  return slot != nullptr ? server_->close(*slot, code, reason) : fail(Errc::bad_state);
}

void Peer::abort() {
  if (Slot* const slot = live()) server_->abort(*slot);
}

std::size_t Peer::backlog() const noexcept {
  Slot* const slot = live();
  const Activity* const busy = slot != nullptr ? server_->activity(*slot) : nullptr;
  return busy != nullptr ? busy->backlog.size() : 0;
}

void* Peer::user() const noexcept {
  const Slot* const slot = live();
  return slot != nullptr ? slot->user : nullptr;
}

void Peer::set_user(void* user) noexcept {
  if (Slot* const slot = live()) slot->user = user;
}

std::string_view Peer::subprotocol() const noexcept {
  const Slot* const slot = live();
  if (slot == nullptr || slot->subprotocol == 0) return {};
  return server_->routes_.websocket(slot->route).subprotocols[slot->subprotocol - 1u];
}

std::uint16_t Peer::route() const noexcept {
  const Slot* const slot = live();
  return slot != nullptr ? slot->route : std::uint16_t{0};
}

const PeerStatistics* Peer::statistics() const noexcept {
  Slot* const slot = live();
  return slot != nullptr ? server_->peers_.statistics(*slot) : nullptr;
}

}  // namespace linnet::server
