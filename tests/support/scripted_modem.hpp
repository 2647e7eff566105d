// SPDX-License-Identifier: Apache-2.0
// A modem for unit tests of its driver: it knows the commands that the driver sends, keeps links whose peers
// are strings, and does on request what tests want to see: a URC in the n-th gap of a conversation, another
// answer to a command, silence. Time is virtual. The faithful counterpart is `linnet modem`.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"

namespace linnet::test {

class ScriptedModem {
 public:
  struct Link {
    bool open = false;
    bool told = false;  // the edge: "+CIPRXGET: 1,L" was said since the buffer was empty
    std::string up;     // what the peer has got
    std::string down;   // what the peer has sent and the host has not read
  };

  // How it is.
  std::size_t link_count = 4;
  std::string model = "SIM7670G-MNGV";
  std::string tail = "\r\n\r\nOK\r\n";
  std::string prompt = "\r\n>";
  std::string sim = "+CPIN: READY";  // or "+CME ERROR: 14"
  std::string pin;                   // asked for while `sim` is "+CPIN: SIM PIN"
  std::string registration = "1";
  std::string apn, user, password;
  Duration latency{};
  Duration open_delay{};
  bool echo = true;
  bool off = false;        // hears and says nothing
  std::uint32_t baud = 0;  // what it runs at; 0: any speed is right
  bool echoes_peer = false;
  bool closed_links_forget = false;  // data that was not read is gone with the connection
  int confirm = 1;                   // of the next send: 1 whole, 0 nothing, -1 disconnected, 2 short
  std::string swallow;               // the next line like this is not said, once

  // Another answer to a command, in full; each is used once, in order.
  std::multimap<std::string, std::string, std::less<>> answers;

  // A URC is said in the gap of this number.
  int gap = 0;
  int inject_at = -1;
  std::string injected = "\r\n+CEREG: 5\r\n";

  // What has happened.
  std::array<Link, 10> links{};
  std::vector<std::string> commands;
  std::string transparent_up;
  bool net_open = false;
  bool transparent = false;
  bool in_data = false;
  std::size_t commands_during_payload = 0;
  bool waits_for_payload() const { return payload_left_ != 0; }

  void receive(std::string_view bytes, Instant now) {
    now_ = now;
    if (off) return;
    for (char byte : bytes) take(byte);
  }
  /// What has been said by `now`, at most `most` bytes.
  std::string say(Instant now, std::size_t most = std::string::npos) {
    now_ = now;
    tend();
    std::string text;
    while (!saying_.empty() && saying_.front().first <= now && text.size() < most) {
      std::string& next = saying_.front().second;
      const std::size_t size = std::min(most - text.size(), next.size());
      text += next.substr(0, size);
      next.erase(0, size);
      if (next.empty()) saying_.pop_front();
    }
    return text;
  }
  Instant next_due() const {
    Instant due = saying_.empty() ? kNever : saying_.front().first;
    if (pluses_ == 3) due = std::min(due, last_data_ + 1s);
    return due;
  }
  void peer_sends(std::size_t link, std::string_view bytes) {
    links[link].down += bytes;
    notify(link);
  }
  void peer_closes(std::size_t link) {
    links[link].open = false;
    if (closed_links_forget) links[link].down.clear();
    if (in_data) {
      in_data = false;
      put("\r\nCLOSED\r\n");
    }
    put("\r\n+IPCLOSE: " + std::to_string(link) + ",1\r\n");
  }
  void lose_network() {
    close_all();
    net_open = false;
    put("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
  }
  void reboot(std::string_view banner = "\r\nQCRDY\r\n") {
    close_all();
    saying_.clear();
    net_open = transparent = in_data = false;
    echo = true;
    payload_left_ = 0;
    line_.clear();
    put(banner);
  }
  void put(std::string_view text) {
    if (off) return;
    if (!swallow.empty() && text.find(swallow) != std::string::npos) {
      swallow.clear();
      return;
    }
    put_after(latency, text);
  }
  void put_after(Duration delay, std::string_view text) {
    const Instant due = std::max(now_ + delay, saying_.empty() ? Instant{} : saying_.back().first);
    if (!saying_.empty() && saying_.back().first == due) {
      saying_.back().second += text;
    } else {
      saying_.emplace_back(due, text);
    }
  }
  /// The host was reset in the middle of this much payload for `link`.
  void wait_for_payload(std::size_t link, std::size_t size) {
    payload_link_ = link;
    payload_left_ = payload_size_ = size;
  }

 private:
  void close_all() {
    for (Link& link : links) link = {.open = false, .told = false, .up = link.up, .down = {}};
  }
  /// Between any two things that it says there is a gap.
  void in_gap() {
    if (gap++ == inject_at) put(injected);
  }
  void notify(std::size_t link) {
    if (transparent && in_data) {
      put(links[link].down);
      links[link].down.clear();
      return;
    }
    if (links[link].told || links[link].down.empty()) return;
    links[link].told = true;
    put("\r\n+CIPRXGET: 1," + std::to_string(link) + "\r\n");
  }
  void final(std::string_view text) {
    in_gap();
    put("\r\n" + std::string{text} + "\r\n");
    in_gap();
  }
  void info(std::string_view text) {
    in_gap();
    put("\r\n" + std::string{text} + "\r\n");
  }
  void ok(std::string_view line = {}) {
    if (!line.empty()) info(line);
    final("OK");
  }
  void fail(std::string_view line = {}) {
    if (!line.empty()) info(line);
    final("ERROR");
  }
  void tend() {
    if (pluses_ != 3 || now_ < last_data_ + 1s) return;
    pluses_ = 0;
    in_data = false;
    put("\r\nOK\r\n");
  }
  void take(char byte) {
    if (in_data) return take_data(byte);
    if (payload_left_ != 0) {
      links[payload_link_].up += byte;
      if (--payload_left_ == 0) end_payload();
      return;
    }
    if (echo) put({&byte, 1});
    if (byte != '\r') {
      if (byte != '\n') line_ += byte;
      return;
    }
    std::string line;
    line.swap(line_);
    if (!line.empty()) {
      commands.push_back(line);
      if (payload_left_ != 0) ++commands_during_payload;
      run(line);
    }
  }
  void take_data(char byte) {
    const bool quiet = now_ >= last_data_ + 1s;
    pluses_ = byte == '+' && (pluses_ != 0 || quiet) && pluses_ < 3 ? pluses_ + 1 : 0;
    last_data_ = now_;
    if (pluses_ == 0) {
      links[0].up += byte;
      if (echoes_peer) peer_sends(0, std::string(1, byte));
    }
  }
  void end_payload() {
    const std::string link = std::to_string(payload_link_);
    const std::string size = std::to_string(payload_size_);
    ok();
    const std::string confirmed = confirm == 1    ? size
                                  : confirm == 2  ? std::to_string(payload_size_ - 1)
                                  : confirm == -1 ? "-1"
                                                  : "0";
    confirm = 1;
    info("+CIPSEND: " + link + "," + size + "," + confirmed);
    in_gap();
    if (echoes_peer) {
      std::string& up = links[payload_link_].up;
      peer_sends(payload_link_, up);
      up.clear();
    }
  }
  bool run_answer(const std::string& line) {
    const auto found = answers.find(line);
    if (found == answers.end()) return false;
    const std::string text = found->second;
    answers.erase(found);
    if (!text.empty()) put(text);
    return true;
  }
  static bool begins(std::string_view line, std::string_view with) { return line.starts_with(with); }
  void run(const std::string& line) {
    if (run_answer(line)) return;
    if (line == "AT" || line == "ATH" || begins(line, "AT+CMEE") || begins(line, "AT+IFC") ||
        begins(line, "AT&") || begins(line, "AT+CIPTIMEOUT") || line == "AT+CEREG=1" ||
        begins(line, "AT+CIPCFG") || begins(line, "AT+CGATT") || line == "AT+CFUN=0" ||
        begins(line, "AT+CIPRXGET=1"))
      return ok();
    if (line == "ATE0") {
      echo = false;
      return ok();
    }
    if (line == "AT+SIMCOMATI") {
      info("Manufacturer: SIMCOM INCORPORATED");
      put("Model: " + model + "\r\n");
      put("Revision: 2374B05SIM767XM5A_M\r\n");
      put("IMEI: 860000000000000\r\n");
      return ok();
    }
    if (line == "AT+CFUN?") return ok("+CFUN: 1");
    if (line == "AT+CFUN=1") return ok();
    if (line == "AT+CPIN?") return begins(sim, "+CPIN") ? ok(sim) : final(sim);
    if (begins(line, "AT+CPIN=")) {
      if (line.substr(8) != pin) return final("+CME ERROR: 16");
      sim = "+CPIN: READY";
      return ok();
    }
    if (begins(line, "AT+IPR=")) {
      ok();
      baud_after_ = static_cast<std::uint32_t>(std::stoul(line.substr(7)));
      baud = baud_after_;
      return;
    }
    if (line == "AT+CGDCONT?") return ok("+CGDCONT: 1,\"IP\",\"" + apn + "\",\"0.0.0.0\",0,0,,");
    if (begins(line, "AT+CGDCONT=1,\"IP\",\"")) {
      apn = line.substr(19, line.size() - 20);
      return ok();
    }
    if (line == "AT+CGAUTH?") return ok("+CGAUTH: 1,1,\"" + user + "\",\"" + password + "\"");
    if (begins(line, "AT+CGAUTH=")) return ok();
    if (line == "AT+CEREG?") return ok("+CEREG: 1," + registration);
    if (line == "AT+CSQ") return ok("+CSQ: 21,0");
    if (line == "AT+COPS?") return ok("+COPS: 0,0,\"Example Mobile\",7");
    if (line == "AT+CPSI?")
      return ok("+CPSI: LTE,Online,460-11,0x7764,117148181,127,EUTRAN-BAND1,100,5,5,-8,-80,-60,14");
    if (line == "AT+CRESET") {
      ok();
      return reboot();
    }
    run_network(line);
  }
  void run_network(const std::string& line) {
    if (line == "AT+NETCLOSE") {
      if (!net_open) return fail("+NETCLOSE: 2");
      close_all();
      net_open = false;
      ok();
      return info("+NETCLOSE: 0");
    }
    if (line == "AT+NETOPEN") {
      if (net_open) return fail("+IP ERROR: Network is already opened");
      net_open = true;
      ok();
      return info("+NETOPEN: 0");
    }
    if (begins(line, "AT+CIPMODE=")) {
      transparent = line.back() == '1';
      return ok();
    }
    if (line == "AT+IPADDR") return ok("+IPADDR: 10.84.17.161");
    if (begins(line, "AT+CIPOPEN=")) return open(line);
    if (line == "AT+CIPCLOSE?") {
      std::string states;
      for (std::size_t i = 0; i < link_count; ++i)
        states += (i == 0 ? "" : ",") + std::to_string(links[i].open);
      return ok("+CIPCLOSE: " + states);
    }
    if (begins(line, "AT+CIPCLOSE=")) return close(line);
    if (begins(line, "AT+CIPSEND=")) return send(line);
    if (begins(line, "AT+CIPRXGET=2,")) return read(line);
    if (line == "ATO") {
      if (!transparent || !links[0].open) return final("NO CARRIER");
      enter_data();
      return;
    }
    fail();
  }
  void enter_data() {
    final("CONNECT 115200");
    in_data = true;
    pluses_ = 0;
    last_data_ = now_;
    notify(0);
  }
  void open(const std::string& line) {
    const auto link = static_cast<std::size_t>(line[11] - '0');
    if (link >= link_count) return fail("+IP ERROR: Invalid parameter");
    const std::string name = std::to_string(link);
    if (!net_open) return fail("+CIPOPEN: " + name + ",2");
    if (links[link].open) return fail("+CIPOPEN: " + name + ",4");
    links[link].open = true;
    links[link].told = false;
    if (transparent) return enter_data();
    ok();
    in_gap();
    put_after(open_delay, "\r\n+CIPOPEN: " + name + ",0\r\n");
    in_gap();
  }
  void close(const std::string& line) {
    const auto link = static_cast<std::size_t>(line[12] - '0');
    const std::string name = std::to_string(link);
    if (!links[link].open) return fail("+CIPCLOSE: " + name + ",4");
    links[link].open = false;
    links[link].down.clear();
    ok();
    if (transparent) info("CLOSED");
    info("+CIPCLOSE: " + name + ",0");
  }
  void send(const std::string& line) {
    const auto link = static_cast<std::size_t>(line[11] - '0');
    const std::size_t size = std::stoul(line.substr(13));
    if (!links[link].open) return fail("+CIPERROR: 4");
    if (size == 0 || size > 1500) return fail("+CIPERROR: 3");
    payload_link_ = link;
    payload_left_ = payload_size_ = size;
    in_gap();
    put(prompt);
  }
  void read(const std::string& line) {
    const auto link = static_cast<std::size_t>(line[14] - '0');
    const std::size_t most = std::stoul(line.substr(16));
    std::string& down = links[link].down;
    if (down.empty()) return fail("+IP ERROR: No data");
    const std::string piece = down.substr(0, std::min<std::size_t>(most, 1500));
    down.erase(0, piece.size());
    if (down.empty()) links[link].told = false;
    in_gap();
    put("\r\n+CIPRXGET: 2," + std::to_string(link) + "," + std::to_string(piece.size()) + "," +
        std::to_string(down.size()) + "\r\n" + piece);
    in_gap();
    put(tail);
    in_gap();
  }

  Instant now_{};
  std::deque<std::pair<Instant, std::string>> saying_;
  std::string line_;
  std::size_t payload_link_ = 0;
  std::size_t payload_left_ = 0;
  std::size_t payload_size_ = 0;
  std::uint32_t baud_after_ = 0;
  int pluses_ = 0;
  Instant last_data_{};
};

}  // namespace linnet::test
