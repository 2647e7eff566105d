# lwIP 2.1.3 of Debian's source package (scripts/debian_source lwip), those files of it that TCP, DHCP and DNS over IPv4 need,
# and our port over it.
set(LWIP "${PROJECT_SOURCE_DIR}/build/sources/lwip/src")
if(NOT EXISTS "${LWIP}/core/tcp.c")
  message(FATAL_ERROR "lwIP is not there: run scripts/debian_source lwip")
endif()
set(LWIP_CORE def dns inet_chksum init ip mem memp netif pbuf stats tcp tcp_in tcp_out timeouts udp
    ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/ip4 ipv4/ip4_addr)
list(TRANSFORM LWIP_CORE REPLACE "(.+)" "${LWIP}/core/\\1.c")
add_library(lwip STATIC ${LWIP_CORE} "${LWIP}/netif/ethernet.c")
target_include_directories(lwip SYSTEM PUBLIC "${LWIP}/include")
target_include_directories(lwip PUBLIC "${PROJECT_SOURCE_DIR}/port/cortex_m/lwip")  # lwipopts.h, arch/cc.h
target_compile_options(lwip PRIVATE -ffunction-sections -fdata-sections)

file(GLOB LWIP_PORT CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/port/cortex_m/lwip/*.cpp")
add_library(linnet_lwip STATIC ${LWIP_PORT})
target_include_directories(linnet_lwip PUBLIC "${PROJECT_SOURCE_DIR}")
target_link_libraries(linnet_lwip PUBLIC linnet lwip PRIVATE linnet_flags)
target_compile_options(linnet_lwip PRIVATE -ffunction-sections -fdata-sections)
