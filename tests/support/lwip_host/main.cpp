// SPDX-License-Identifier: Apache-2.0
// A host with lwIP's PPP on a modem's line: dials, fetches a page, leaves for commands and comes back,
// fetches it again, hangs up. Says each thing as it happens, a line each; exit 0 when all of it did.
//
//   lwip_host LINE_PORT WEB_PORT PATH [USER PASSWORD]      the line is 127.0.0.1:LINE_PORT, the page is on
//                                                          10.0.2.2:WEB_PORT, which is the modem's loopback
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "lwip/dns.h"
#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "netif/ppp/pppapi.h"
#include "netif/ppp/pppos.h"

extern "C" u32_t sys_now(void) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<u32_t>(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}
extern "C" u32_t sys_jiffies(void) {
  return sys_now();
}

namespace {

constexpr int kPatience = 60'000;  // ms; when something counts as hung

[[noreturn]] void give_up(std::string_view why) {
  std::printf("failed: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

class Host {
 public:
  explicit Host(std::uint16_t line_port) : line_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(line_port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(line_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) give_up("no line");
  }

  void dial(const char* user, const char* password) {
    command("ATD*99#\r", "\r\nCONNECT 115200\r\n");
    ppp_ = pppos_create(&netif_, &Host::say_bytes, &Host::status_changed, this);
    ppp_set_default(ppp_);
    ppp_set_usepeerdns(ppp_, 1);
    ppp_set_auth(ppp_, PPPAUTHTYPE_PAP, user, password);
    ppp_connect(ppp_, 0);
    until([this] { return is_up_ || is_down_; });
    if (!is_up_) give_up("PPP did not come up");
    std::printf("address %s", ip4addr_ntoa(netif_ip4_addr(&netif_)));
    std::printf(" gateway %s", ip4addr_ntoa(netif_ip4_gw(&netif_)));
    std::printf(" name server %s\n", ipaddr_ntoa(dns_getserver(0)));
  }

  void fetch(std::uint16_t port, const std::string& path) {
    page_.clear();
    is_page_whole_ = false;
    request_ = "GET " + path + " HTTP/1.1\r\nHost: 10.0.2.2\r\nConnection: close\r\n\r\n";
    ip_addr_t address = IPADDR4_INIT_BYTES(10, 0, 2, 2);
    tcp_pcb* const tcp = tcp_new();
    tcp_arg(tcp, this);
    tcp_recv(tcp, &Host::received);
    tcp_err(tcp, [](void*, err_t) { give_up("the connection was lost"); });
    if (tcp_connect(tcp, &address, port, &Host::connected) != ERR_OK) give_up("no connection");
    until([this] { return is_page_whole_; });
    std::printf("page %s, %zu bytes\n", page_.substr(0, page_.find('\r')).c_str(), page_.size());
  }

  /// To commands, where the call stands, and back.
  void leave_and_return() {
    wait(1200);
    is_in_data_ = false;
    command("+++", "\r\nOK\r\n");
    command("AT+CGPADDR=1\r",
            std::string{"\r\n+CGPADDR: 1,"} + ip4addr_ntoa(netif_ip4_addr(&netif_)) + "\r\n\r\nOK\r\n");
    command("ATO\r", "\r\nCONNECT 115200\r\n");
    is_in_data_ = true;
    std::puts("left and returned");
  }

  void hang_up() {
    ppp_close(ppp_, 0);
    until([this] { return is_down_ && text_ == "\r\nNO CARRIER\r\n"; });
    text_.clear();
    command("AT\r", "\r\nOK\r\n");
    std::puts("hung up");
  }

 private:
  static u32_t say_bytes(ppp_pcb*, u8_t* bytes, u32_t size, void* self) {
    // Behind +++ the line is the commands': what lwIP says then, an echo request as a rule, is lost.
    return static_cast<Host*>(self)->is_in_data_
               ? static_cast<Host*>(self)->say({reinterpret_cast<char*>(bytes), size})
               : size;
  }
  u32_t say(std::string_view bytes) const {
    const ssize_t sent = ::send(line_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<u32_t>(sent);
  }
  static void status_changed(ppp_pcb*, int code, void* self) {
    if (code == PPPERR_NONE)
      static_cast<Host*>(self)->is_up_ = true;
    else
      static_cast<Host*>(self)->is_down_ = true;
    std::printf("PPP: %d\n", code);
  }
  static err_t connected(void* self, tcp_pcb* tcp, err_t) {
    const std::string& request = static_cast<Host*>(self)->request_;
    return tcp_write(tcp, request.data(), static_cast<u16_t>(request.size()), TCP_WRITE_FLAG_COPY);
  }
  static err_t received(void* self, tcp_pcb* tcp, pbuf* bytes, err_t) {
    Host& host = *static_cast<Host*>(self);
    if (bytes == nullptr) {
      host.is_page_whole_ = true;
      tcp_err(tcp, nullptr);
      tcp_close(tcp);
      return ERR_OK;
    }
    for (const pbuf* part = bytes; part != nullptr; part = part->next)
      host.page_.append(static_cast<const char*>(part->payload), part->len);
    tcp_recved(tcp, bytes->tot_len);
    pbuf_free(bytes);
    return ERR_OK;
  }

  void command(std::string_view text, std::string_view answer) {
    say(text);
    until([this, answer] { return text_.contains(answer); });
    // What stands behind CONNECT is the modem's first frame.
    std::string rest = text_.substr(text_.find(answer) + answer.size());
    text_.clear();
    pending_ = std::move(rest);
  }

  template <typename Condition>
  void until(Condition condition) {
    const u32_t start = sys_now();
    while (!condition()) {
      if (sys_now() - start > kPatience) give_up("it took too long; the modem said '" + text_ + "'");
      turn(50);
    }
  }
  void wait(u32_t milliseconds) {
    const u32_t start = sys_now();
    is_in_data_ = false;  // silence, also of lwIP's
    while (sys_now() - start < milliseconds) turn(20, true);
    is_in_data_ = true;
  }

  void turn(int most, bool is_data = false) {
    sys_check_timeouts();
    std::string bytes = std::exchange(pending_, {});
    pollfd one{line_, POLLIN, 0};
    if (bytes.empty() && ::poll(&one, 1, most) > 0) {
      char part[2048];
      const ssize_t size = ::recv(line_, part, sizeof part, 0);
      if (size <= 0) give_up("the line is gone");
      bytes.assign(part, static_cast<std::size_t>(size));
    }
    for (const char c : bytes) {
      const bool is_frame = ppp_ != nullptr && !is_down_ && (is_in_data_ || is_data);
      if (is_frame) {
        auto byte = static_cast<u8_t>(c);
        pppos_input(ppp_, &byte, 1);
      } else {
        text_ += c;
      }
    }
  }

  int line_;
  netif netif_{};
  ppp_pcb* ppp_ = nullptr;
  bool is_up_ = false;
  bool is_down_ = false;
  bool is_in_data_ = true;
  bool is_page_whole_ = false;
  std::string request_;
  std::string page_;
  std::string text_;     // what the modem has said as a modem
  std::string pending_;  // bytes that came behind it
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4 && count != 6) give_up("lwip_host LINE_PORT WEB_PORT PATH [USER PASSWORD]");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto port = [arguments](int n) { return static_cast<std::uint16_t>(std::atoi(arguments[n])); };
  lwip_init();
  Host host{port(1)};
  host.dial(count == 6 ? arguments[4] : "", count == 6 ? arguments[5] : "");
  host.fetch(port(2), arguments[3]);
  host.leave_and_return();
  host.fetch(port(2), arguments[3]);
  host.hang_up();
  return 0;
}
