# What `cmake --install` puts where. Everything is found from where the programs lie, so that a prefix can be moved.
set(ours ${CMAKE_INSTALL_DATADIR}/twilio-sim)
set(private ${CMAKE_INSTALL_LIBDIR}/twilio-sim) # sim/base/preload_way.c looks there

install(TARGETS twilio-sim otp-harness RUNTIME)
install(TARGETS twilio-sim-preload LIBRARY DESTINATION ${private}
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(TARGETS twilio-sim-preload-probe RUNTIME DESTINATION ${private})
install(DIRECTORY scenarios DESTINATION ${ours})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/twilio-sim)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/twilio-sim)
